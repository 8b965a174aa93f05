import { apiTest, appsConnectionsOpen, authTest } from './auth.ts';
import { chatDelete, chatGetPermalink, chatPostEphemeral, chatPostMessage, chatUpdate } from './chat.ts';
import { conversationsHistory, conversationsReplies } from './conversation-reading.ts';
import { conversationsInfo, conversationsList, conversationsMembers, conversationsOpen } from './conversations.ts';
import { filesCompleteUploadExternal, filesGetUploadUrlExternal } from './files.ts';
import type { Method } from './method.ts';
import { blocksValidate, reactionsAdd } from './small-methods.ts';
import { usergroupsList, usergroupsUsersList } from './usergroups.ts';
import { usersInfo, usersList, usersLookupByEmail } from './users.ts';
import { viewsOpen, viewsPublish, viewsPush, viewsUpdate } from './views.ts';

const METHODS: Readonly<Record<string, Method>> = {
  'api.test': apiTest,
  'auth.test': authTest,
  'apps.connections.open': appsConnectionsOpen,
  'blocks.validate': blocksValidate,
  'chat.delete': chatDelete,
  'chat.getPermalink': chatGetPermalink,
  'chat.postEphemeral': chatPostEphemeral,
  'chat.postMessage': chatPostMessage,
  'chat.update': chatUpdate,
  'conversations.history': conversationsHistory,
  'conversations.info': conversationsInfo,
  'conversations.list': conversationsList,
  'conversations.members': conversationsMembers,
  'conversations.open': conversationsOpen,
  'conversations.replies': conversationsReplies,
  'files.completeUploadExternal': filesCompleteUploadExternal,
  'files.getUploadURLExternal': filesGetUploadUrlExternal,
  'reactions.add': reactionsAdd,
  'usergroups.list': usergroupsList,
  'usergroups.users.list': usergroupsUsersList,
  'users.info': usersInfo,
  'users.list': usersList,
  'users.lookupByEmail': usersLookupByEmail,
  'views.open': viewsOpen,
  'views.publish': viewsPublish,
  'views.push': viewsPush,
  'views.update': viewsUpdate,
};

/** The Web API method of that name; any name that is not in the table is `unknown_method`. */
export function methodNamed(name: string): Method | undefined {
  return Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
}

import { McpServer, type McpServerFactory } from '@modelcontextprotocol/server';
import { addQuestions } from './fixture-questions.ts';
import { addPrompts, addResources } from './fixture-texts.ts';
import { addTools } from './fixture-tools.ts';

const capabilities = { logging: {}, completions: {}, prompts: {}, resources: { subscribe: true }, tools: {} };

/**
 * A server with everything the protocol knows, where ours has tools alone: put behind our own HTTP door, it shows what
 * that door and the packages behind it let through.
 */
export const fixtureFactory: McpServerFactory = () => {
  const server = new McpServer({ name: 'fixture', version: '1.0.0' }, { capabilities });
  addTools(server);
  addQuestions(server);
  addPrompts(server);
  addResources(server);
  return server;
};

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const Command = z.looseObject({
  command: z.string(),
  description: z.string(),
  usage_hint: z.string().optional(),
  should_escape: z.boolean().optional(),
});
const Shortcut = z.looseObject({
  type: z.enum(['global', 'message']),
  name: z.string(),
  callback_id: z.string(),
  description: z.string(),
});

const ManifestFile = z.looseObject({
  display_information: z.looseObject({ name: z.string() }),
  features: z.looseObject({
    app_home: z.looseObject({ home_tab_enabled: z.boolean().optional() }).optional(),
    slash_commands: z.array(Command).default([]),
    shortcuts: z.array(Shortcut).default([]),
  }),
  oauth_config: z.looseObject({ scopes: z.looseObject({ bot: z.array(z.string()) }) }),
  settings: z.looseObject({
    event_subscriptions: z.looseObject({ bot_events: z.array(z.string()).default([]) }).default({ bot_events: [] }),
  }),
});

export type Manifest = {
  appName: string;
  homeTabEnabled: boolean;
  commands: readonly z.infer<typeof Command>[];
  shortcuts: readonly z.infer<typeof Shortcut>[];
  scopes: readonly string[];
  events: ReadonlySet<string>;
};

/** What the app is allowed and told, read from the same file that installs it into a real workspace. */
export function readManifest(file: string): Manifest {
  const { display_information, features, oauth_config, settings } = ManifestFile.parse(parse(readFileSync(file, 'utf8')));
  return {
    appName: display_information.name,
    homeTabEnabled: features.app_home?.home_tab_enabled ?? false,
    commands: features.slash_commands,
    shortcuts: features.shortcuts,
    scopes: oauth_config.scopes.bot,
    events: new Set(settings.event_subscriptions.bot_events),
  };
}

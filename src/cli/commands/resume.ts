import { steeringText } from '../../../listeners/answers.ts';
import { type Resumed, resumeAll } from '../../../listeners/switching.ts';
import { plainSlackText } from '../../../pipeline/intake/slack-text.ts';
import { createSwitch } from '../../../pipeline/lock.ts';
import { systemClock as clock, systemIds as ids } from '../../app/core.ts';
import { createKnownSecrets } from '../../log/known-secrets.ts';
import type { Command, Invocation } from '../command.ts';
import { EXIT } from '../command.ts';
import { type Opened, withStore } from '../opened.ts';
import { holderOf, KEY_OPTION, keyOf, LISTED_PEOPLE } from '../personal.ts';
import type { PersonalKey } from '../personal-key.ts';
import { good, print } from '../print.ts';

export const resume: Command = {
  name: 'resume',
  usage: '[REASON…] --key FILE',
  says: 'ends a pause; takes the key of somebody with the override right',
  words: { min: 0, max: 400 },
  options: { key: KEY_OPTION },
  async run(invocation) {
    const key = keyOf(invocation);
    const { ok, refusal, text } = await withStore((opened) => resumeWith(key, invocation, opened));
    const sentence = plainSlackText(text);
    print(invocation, { resumed: ok, refusal, sentence }, () => [ok ? good(sentence) : sentence]);
    return ok ? EXIT.good : EXIT.badNews;
  },
};

async function resumeWith(key: PersonalKey, { words }: Invocation, { store, settings }: Opened): Promise<Resumed> {
  const { config, secrets } = settings;
  const rules = config.approvers;
  const { by, signer } = holderOf(key, rules);
  if (signer === null) return { ok: false, refusal: 'bad_signature', text: steeringText('bad_signature') };
  const pause = createSwitch({ log: store.caseLog, clock, ids, rules, signer });
  const { redact } = createKnownSecrets(secrets);
  return resumeAll({ people: LISTED_PEOPLE, config, pause, redact }, { by, via: 'cli', reason: words.join(' ') || null });
}

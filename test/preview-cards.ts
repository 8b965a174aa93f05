import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detailsThread } from '../views/details-thread.ts';
import { cardText, evidenceCard } from '../views/evidence-card.ts';
import { SHOWN_STATES, shown } from './fixtures/shown.ts';

const SHOWS_SEQ = 1;
const PAGE = 'https://kibana.example/s/ops/app/discover#/';
const KIBANA = { host: 'kibana.example', logs: `${PAGE}?_a=(columns:!(request))`, entries: `${PAGE}?_a=(columns:!(kind))` };

/** Writes each card with its thread as JSON that Slack's Block Kit Builder and `chat.postMessage` take, for looking at them. */
function previewCards(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const state of SHOWN_STATES) {
    const card = shown(state);
    const message = { text: cardText(card), blocks: evidenceCard(card, { showsSeq: SHOWS_SEQ, kibana: KIBANA }) };
    const preview = { ...message, thread: detailsThread(card, { showsSeq: SHOWS_SEQ, kibana: KIBANA }) };
    writeFileSync(join(folder, `${state}.json`), `${JSON.stringify(preview, null, 2)}\n`);
  }
  process.stdout.write(`${SHOWN_STATES.length} cards in ${folder}\n`);
}

previewCards(process.argv[2] ?? '.governor/card-previews');

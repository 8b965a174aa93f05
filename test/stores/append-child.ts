import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';

// A process of its own that appends until it is ended: each acknowledged entry is told as one line, written at once.
// argv: the file, a name, how many writers, how many cases they share, and whether a case is taken on lease first.
const [, , file = '', name = '', writers = '1', cases = '1', lease = ''] = process.argv;
const quiet = { warn: () => undefined, error: () => undefined };
const store = await openSqliteStore({ file, now: Date.now, log: quiet });
const tell = (line: string): void => void writeSync(1, `${line}\n`);

if (lease !== '') tell(`lease ${await store.caseLog.lease(lease, name, 600_000)}`);

async function write(writer: number): Promise<void> {
  for (let round = 0; ; round += 1) {
    const caseId = `case-${(writer + round) % Number(cases)}`;
    const seq = (await store.caseLog.read(caseId)).length;
    const entryId = randomUUID();
    const body = { kind: 'failed', step: name, problem: `writer ${writer} round ${round}` } as const;
    const appended = await store.caseLog.append(caseId, seq, body, { entryId, at: new Date().toISOString(), open: true });
    if (appended.ok) tell(`${caseId} ${seq} ${entryId}`);
  }
}

await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => write(writer)));

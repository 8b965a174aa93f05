import { styleText } from 'node:util';
import type { Steps } from '../operations/steps.ts';
import { writeLines } from './print.ts';

const BAR_CHARS = 24;
const REDRAW_MS = 80;

const isTerminal = (stream: NodeJS.WritableStream): boolean => 'isTTY' in stream && stream.isTTY === true;

/** Numbers as people read them. */
export const grouped = (count: number): string => count.toLocaleString('en-US');

/** How much of the bar is full; a stage that is not over never looks as if it were. */
export function drawnBar(done: number, total: number, chars = BAR_CHARS): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.floor(share * chars);
  return `${'█'.repeat(full)}${'░'.repeat(chars - full)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/**
 * Progress on standard error: a bar that is drawn over itself on a terminal, one line a stage at its end elsewhere.
 * Standard output holds the answer alone.
 */
export const progressOn = (err: NodeJS.WritableStream, name: string, now: () => number = Date.now): Steps =>
  isTerminal(err) ? barOn(err, now) : linesOn(err, name);

const linesOn =
  (err: NodeJS.WritableStream, name: string): Steps =>
  (stage, total) => {
    let done = 0;
    return (more) => {
      done += more;
      if (done >= total) writeLines(err, [`governor ${name}: ${stage}: ${grouped(done)} of ${grouped(total)}`]);
    };
  };

const CLEARED = '\r\u001b[K';

const barOn =
  (err: NodeJS.WritableStream, now: () => number): Steps =>
  (stage, total) => {
    let done = 0;
    let drawnMs = Number.NEGATIVE_INFINITY;
    const draw = (): void => {
      if (now() - drawnMs < REDRAW_MS) return;
      drawnMs = now();
      const text = `${stage}  ${drawnBar(done, total)}  ${grouped(done)} of ${grouped(total)}`;
      err.write(`${CLEARED}${styleText('dim', text, { stream: err })}`);
    };
    return (more) => {
      done += more;
      // What is over is told by the answer; a full bar left behind would stand between the lines.
      if (done >= total) err.write(CLEARED);
      else draw();
    };
  };

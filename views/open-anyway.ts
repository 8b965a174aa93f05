import { z } from 'zod';
import { ServiceName, Severity } from '../contracts/words.ts';
import { buttons, context, type Message, paragraph, rich } from './blocks.ts';
import { laidOut } from './layout.ts';
import { code, firstFew, line, plainText } from './line.ts';
import { LIMITS } from './text.ts';

/** Asks once more before an incident is opened for a service that nothing names; only approvers may. */
export const OPEN_ANYWAY = 'open_anyway';

const KNOWN_SHOWN = 20;

/** What was typed, so that it need not be typed again. Nothing is stored yet that an id could name. */
const Typed = z.strictObject({ service: ServiceName, severity: Severity, summary: z.string().min(1), intake_key: z.string() });
export type OpenAnywayTyped = z.infer<typeof Typed>;

export const parseOpenAnyway = (value: string): OpenAnywayTyped => Typed.parse(JSON.parse(value));

/** The private answer to an incident for an unknown service: the nearest known names, and the way to open it anyway. */
export function unknownService(typed: OpenAnywayTyped, services: readonly string[]): Message {
  const value = JSON.stringify(typed);
  const known = [...services].sort().map((service) => code(service));
  const first = line`No service is called ${code(typed.service)}. Nothing was opened.`;
  const names = known.length === 0 ? line`No service is known yet.` : line`Known: ${firstFew(known, KNOWN_SHOWN)}.`;
  // A text that a button cannot carry whole is not carried at all.
  const fits = value.length <= LIMITS.buttonValue;
  const blocks = [
    ...rich(paragraph(first), paragraph(names)),
    ...(fits ? buttons(value, [{ id: OPEN_ANYWAY, label: 'Open anyway' }]) : []),
    context(
      fits ? line`Only approvers may open it anyway.` : line`${code('/incident')} without words opens a form for long texts.`,
    ),
  ];
  return { text: plainText(first), blocks: laidOut([{ name: 'unknown-service', blocks, keep: true }], 0) };
}

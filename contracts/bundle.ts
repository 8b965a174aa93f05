import { z } from 'zod';
import { Role } from './findings.ts';
import { GateConfig } from './gate.ts';
import { CaseStatus, Id, Instant, Severity, Sha256 } from './words.ts';

/** Changes when a reader of today could no longer read the file. */
export const BUNDLE_FORMAT = 1;

/** A value that has a schema of its own in contracts/schemas; here it is passed on as it stands, and nothing in it is believed. */
const AsItStands = z.record(z.string(), z.unknown());

/**
 * A row of a log as its store holds it, damaged ones included. `body` is the JSON value (an entry's body) where the stored
 * text is canonical JSON, and else that very text, so that the hash can be made of it again in either case.
 */
export const BundledRow = z.strictObject({
  case_id: z.string(),
  seq: z.number(),
  entry_id: z.string(),
  at: z.string(),
  prev_hash: z.string(),
  hash: z.string(),
  body: z.union([AsItStands, z.string()]),
});
export type BundledRow = z.infer<typeof BundledRow>;

/**
 * How a thing stands now, against what was recorded at each decision. `not_asked`: a line of the live logs, which no library
 * keeps.
 */
export const Present = z.enum(['unchanged', 'changed', 'vanished', 'not_asked']);
export type Present = z.infer<typeof Present>;

const Header = z.strictObject({
  part: z.literal('bundle'),
  format: z.literal(BUNDLE_FORMAT),
  program: z.strictObject({ name: z.literal('safety-governor'), version: z.string() }),
  case_id: Id,
  /** Where the world behind the installation is the simulated one. */
  simulated: z.boolean(),
  /** The end of the case's log when it was read: what comes later is not in here. */
  entries: z.int().min(0),
  last: z.strictObject({ seq: z.number(), hash: z.string() }),
  /** Of the case as far as its entries can be read; null where not even the first can. */
  service: z.string().nullable(),
  severity: Severity.nullable(),
  status: CaseStatus.nullable(),
  revisions: z.int().min(0),
});

const CaseEntry = z.strictObject({ part: z.literal('entry'), row: BundledRow });
/** An entry of a log that belongs to no single case: the switch, the service's lock, the places of executions. */
const ContextEntry = z.strictObject({ part: z.literal('context'), row: BundledRow });

const Thresholds = z.strictObject({
  part: z.literal('gate_config'),
  /** `limits` are read off the recorded rules, and only given where they have the recorded hash. */
  recorded: z.array(z.strictObject({ revision: z.int().min(1), hash: z.string(), limits: GateConfig.nullable() })),
  now: GateConfig,
  hash_now: Sha256,
});

const present = { present: Present, hash_now: Sha256.nullable(), redacted: z.boolean() };

/** An entry of the catalogue that a revision resolved to. `redacted`: a text in it looks like a secret and was taken out, so its hash cannot be made again. */
const BundledAction = z.strictObject({
  part: z.literal('action'),
  action_id: z.string(),
  recorded: z.array(z.strictObject({ revision: z.int().min(1), hash: Sha256 })),
  ...present,
  action: AsItStands.nullable(),
});
export type BundledAction = z.infer<typeof BundledAction>;

/** A document or policy that a decision names, with what it was then. */
const BundledDocument = z.strictObject({
  part: z.literal('document'),
  id: z.string(),
  recorded: z.array(
    z.strictObject({ revision: z.int().min(1), hash: Sha256, role: z.enum([...Role.options, 'policy']), cited: z.boolean() }),
  ),
  ...present,
  document: AsItStands.nullable(),
});
export type BundledDocument = z.infer<typeof BundledDocument>;

/** One card in plain text: as it stood when Slack confirmed its decision, and as the revision left it. */
const Card = z.strictObject({
  part: z.literal('card'),
  revision: z.int().min(1),
  moment: z.enum(['decision', 'last']),
  /** The entry up to which the card tells the case. */
  seq: z.int().min(0),
  digest: Sha256.nullable(),
  text: z.string(),
});
export type BundledCard = z.infer<typeof Card>;

/** A line of $GOVERNOR_HOME/output/FILE.jsonl. The first three are drawn anew from the entries; tool calls come from this home's file. */
export const OutputName = z.enum(['agent_runs', 'reliability_metrics', 'workflow_events', 'tool_trace']);
export type OutputName = z.infer<typeof OutputName>;
const OutputLine = z.strictObject({ part: z.literal('output'), file: OutputName, line: AsItStands });

const Seal = z.strictObject({
  part: z.literal('seal'),
  /** Lines before this one. */
  lines: z.int().min(0),
  /** Over the bytes of all lines before this one, line feeds included. */
  sha256: Sha256,
  /** The only thing in the file that is not the same when the same case is bundled again. */
  not_hashed: z.strictObject({ exported_at: Instant }),
});
export type Seal = z.infer<typeof Seal>;

/**
 * One line of a bundle: canonical JSON, ended by a line feed. The header comes first, then the parts in this order, the seal
 * last.
 */
export const BundleLine = z.discriminatedUnion('part', [
  Header,
  CaseEntry,
  ContextEntry,
  Thresholds,
  BundledAction,
  BundledDocument,
  Card,
  OutputLine,
  Seal,
]);
export type BundleLine = z.infer<typeof BundleLine>;
export type PartOf<K extends BundleLine['part']> = Extract<BundleLine, { part: K }>;
export type PartName = BundleLine['part'];
/** In the order in which they stand in the file. */
export const PARTS: readonly PartName[] = [
  'bundle',
  'entry',
  'context',
  'gate_config',
  'action',
  'document',
  'card',
  'output',
  'seal',
];

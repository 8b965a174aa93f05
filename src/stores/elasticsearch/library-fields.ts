import type { estypes } from '@elastic/elasticsearch';
import { z } from 'zod';
import { GovernorError } from '../../../pipeline/errors.ts';
import type { Elastic } from './elastic.ts';
import { allIndices, KINDS, type Kind, type LibraryIndices } from './library-kinds.ts';
import { mappingOf } from './mapping-files.ts';

// A filter on a field of another type finds fewer documents and says nothing: `payments-api` in an analysed field is two
// words, and the policy of that service would not be there. So the types are looked at before an answer is believed.

const MAPPED = { runbook: mappingOf('runbooks'), evidence: mappingOf('evidence'), policy: mappingOf('policies') } as const;
/** Fields that are asked for by their whole value. One that is not mapped holds nothing yet and finds nothing. */
const EXACT: Readonly<Record<Kind, readonly string[]>> = {
  runbook: ['id', 'service', 'status'],
  evidence: ['id', 'service', 'stance', 'words'],
  policy: ['id', 'service'],
};

/** Our own files, whose words the client's types know only as strings. */
const Properties = z.record(
  z.string(),
  z.custom<estypes.MappingProperty>((value) => typeof value === 'object'),
);

/** Which types each mapped field has, by its name; several where indices behind one name differ. */
const Caps = z.object({ fields: z.record(z.string(), z.record(z.string(), z.object({ searchable: z.boolean() }))) });
type Caps = z.infer<typeof Caps>['fields'];

export type FieldGuard = {
  /** Throws where a field that a filter of this kind reads has a type that would make it miss documents. */
  check(kind: Kind): Promise<void>;
  /** Reads the types of all kinds again: an index may have been made anew under the same name. */
  again(): Promise<void>;
  /** Before writing: maps the fields that the index does not know yet, because it would guess their types. */
  prepare(kinds: Iterable<Kind>): Promise<void>;
};

export function createFieldGuard(elastic: Elastic, indices: LibraryIndices): FieldGuard {
  const checked = new Map<Kind, Promise<void>>();

  const look = async (kind: Kind): Promise<Caps> => {
    const fields = Object.keys(MAPPED[kind].mappings.properties);
    const answer = await elastic.ask('library fields', (client) => client.fieldCaps({ index: indices[kind], fields }));
    const caps = Caps.parse(answer).fields;
    const wrong = EXACT[kind].flatMap((name) => wrongTypes(name, caps));
    if (wrong.length === 0) return caps;
    throw new GovernorError('mapping_conflict', `the index \`${indices[kind]}\` cannot be asked: ${wrong.join(', ')}`);
  };

  const check = (kind: Kind): Promise<void> => {
    const known = checked.get(kind);
    if (known !== undefined) return known;
    const looked = look(kind).then(
      () => undefined,
      (fault) => {
        checked.delete(kind);
        throw fault;
      },
    );
    checked.set(kind, looked);
    return looked;
  };

  const mapMissing = async (kind: Kind): Promise<void> => {
    const caps = await look(kind);
    const missing = Object.entries(MAPPED[kind].mappings.properties).filter(([name]) => !isMapped(name, caps));
    if (missing.length === 0) return;
    const properties = Properties.parse(Object.fromEntries(missing));
    await elastic.ask('library mapping', (client) => client.indices.putMapping({ index: indices[kind], properties }));
  };

  /** Whether in one question about all kinds nothing shows that could be wrong for any; whose it is that question cannot tell. */
  const areAllRight = async (): Promise<boolean> => {
    const fields = [...new Set(Object.values(EXACT).flat())];
    const answer = await elastic.ask('library fields', (client) => client.fieldCaps({ index: allIndices(indices), fields }));
    const caps = Caps.parse(answer).fields;
    return fields.every((name) => wrongTypes(name, caps).length === 0);
  };

  return {
    check,
    async again() {
      checked.clear();
      if (await areAllRight()) for (const kind of KINDS) checked.set(kind, Promise.resolve());
      else await Promise.all(KINDS.map(check));
    },
    async prepare(kinds) {
      await Promise.all([...kinds].map(mapMissing));
    },
  };
}

/** `unmapped` stands for indices behind the same name that lack the field. */
const typesOf = (name: string, caps: Caps): string[] => Object.keys(caps[name] ?? {}).filter((type) => type !== 'unmapped');
const isMapped = (name: string, caps: Caps): boolean => typesOf(name, caps).length > 0;

function wrongTypes(name: string, caps: Caps): string[] {
  const wrong = typesOf(name, caps).filter((type) => type !== 'keyword' || caps[name]?.[type]?.searchable !== true);
  return wrong.map((type) => `\`${name}\` must be a searchable keyword and is ${type}`);
}

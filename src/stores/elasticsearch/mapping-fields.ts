import { z } from 'zod';

/** One field as Elasticsearch tells it; parameters that no query of ours depends on are passed over. */
const Field = z.object({
  type: z.string().optional(),
  index: z.boolean().optional(),
  doc_values: z.boolean().optional(),
  analyzer: z.string().optional(),
  path: z.string().optional(),
  get properties() {
    return z.record(z.string(), Field).optional();
  },
  get fields() {
    return z.record(z.string(), Field).optional();
  },
});
type Field = z.infer<typeof Field>;
const Level = z.record(z.string(), Field);
type Level = z.infer<typeof Level>;
const Inner = z.record(z.string(), z.record(z.string(), z.unknown()));

/** The `mappings` of an index, in an answer of the cluster or in a file of ours. */
const Mappings = z.object({ properties: Level.default({}), runtime: Level.default({}) });

export type MappedField = {
  /** Objects without a type of their own are `object`. */
  type: string;
  /** False where its values are kept but cannot be asked for. */
  searchable: boolean;
  /** False where it can neither be sorted by nor counted. */
  sortable: boolean;
  analyzer: string | null;
};
/** Every field by its whole path, objects and fields within fields included. */
export type MappedFields = ReadonlyMap<string, MappedField>;

/** Fields of an index by path. A field computed while reading counts like one that is stored; an alias is what it points to. */
export function fieldsOf(mappings: unknown): MappedFields {
  const { properties, runtime } = Mappings.parse(mappings);
  const fields = new Map<string, MappedField>();
  const aliases = new Map<string, string>();
  const walk = (level: Level, prefix: string): void => {
    for (const [name, field] of Object.entries(level)) {
      const path = `${prefix}${name}`;
      if (field.path !== undefined) aliases.set(path, field.path);
      fields.set(path, mapped(field));
      walk({ ...field.properties, ...field.fields }, `${path}.`);
    }
  };
  walk(runtime, '');
  walk(properties, '');
  for (const [path, target] of aliases) {
    const pointed = fields.get(target);
    if (pointed !== undefined) fields.set(path, pointed);
  }
  return fields;
}

const mapped = ({ type = 'object', index = true, doc_values = true, analyzer }: Field): MappedField => ({
  type,
  searchable: index,
  sortable: doc_values,
  analyzer: analyzer ?? null,
});

/** The part of `properties` that holds just the missing paths: whole fields, and objects with what they lack. */
export function fieldsToAdd(
  properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  missing: ReadonlySet<string>,
  prefix = '',
): Record<string, Record<string, unknown>> {
  const added = Object.entries(properties).flatMap(([name, field]): [string, Record<string, unknown>][] => {
    const path = `${prefix}${name}`;
    if (missing.has(path)) return [[name, { ...field }]];
    const inner = Inner.safeParse(field.properties);
    if (!inner.success) return [];
    const within = fieldsToAdd(inner.data, missing, `${path}.`);
    return Object.keys(within).length === 0 ? [] : [[name, { properties: within }]];
  });
  return Object.fromEntries(added);
}

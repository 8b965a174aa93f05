import { readFileSync, statSync } from 'node:fs';
import type { z } from 'zod';
import { problemOf } from '../../pipeline/errors.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { keyProblems } from './issues.ts';
import type { SettingProblem } from './problems.ts';

export type Read<T> = { ok: true; value: T } | { ok: false; problems: SettingProblem[] };

const REASON_CHARS_MAX = 300;

/** The text of a file of at most `bytesMax`; anything else about it is a problem in words. UTF-8 only. */
export function readText(file: string, bytesMax: number): Read<string> {
  const no = (reason: string): Read<string> => ({ ok: false, problems: [{ file, key: '', reason }] });
  try {
    const facts = statSync(file);
    if (!facts.isFile()) return no('is not a file');
    if (facts.size > bytesMax) return no(`has ${facts.size} bytes, more than the ${bytesMax} that are read`);
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)) };
  } catch (fault) {
    return no(unreadable(fault));
  }
}

function unreadable(fault: unknown): string {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : '';
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'is not UTF-8 text';
  return `cannot be read: ${problemOf(fault)}`;
}

/** A JSON file as its schema wants it: whole or not at all. Keys written twice are refused, since only one would count. */
export function readJson<S extends z.ZodType>(file: string, schema: S, bytesMax: number): Read<z.output<S>> {
  const text = readText(file, bytesMax);
  return text.ok ? parseJson(file, text.value, schema) : text;
}

export function parseJson<S extends z.ZodType>(file: string, text: string, schema: S): Read<z.output<S>> {
  const raw = parsed(file, text);
  if (!raw.ok) return raw;
  const duplicates = duplicateKeys(text).map((key) => ({ file, key, reason: 'is written twice in one object' }));
  if (duplicates.length > 0) return { ok: false, problems: duplicates };
  const checked = schema.safeParse(raw.value);
  if (checked.success) return { ok: true, value: checked.data };
  return { ok: false, problems: keyProblems(checked.error, schema).map((problem) => ({ file, ...problem })) };
}

function parsed(file: string, text: string): Read<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (fault) {
    return { ok: false, problems: [{ file, key: '', reason: `is not JSON: ${problemOf(fault).slice(0, REASON_CHARS_MAX)}` }] };
  }
}

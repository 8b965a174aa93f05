const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/**
 * Keys that stand twice in one object of a JSON text that parses. The parser keeps the last of them in silence, so a
 * second `approvers` further down would undo the first one unseen.
 */
export function duplicateKeys(json: string): string[] {
  const duplicates: string[] = [];
  const open: (Set<string> | null)[] = [];
  let lastString: string | undefined;
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === ':') noteKey(open.at(-1), lastString, duplicates);
    else if (token.startsWith('"')) lastString = token;
    else follow(token, open);
  }
  return duplicates;
}

function follow(bracket: string, open: (Set<string> | null)[]): void {
  if (bracket === '{') open.push(new Set());
  else if (bracket === '[') open.push(null);
  else open.pop();
}

function noteKey(keys: Set<string> | null | undefined, written: string | undefined, duplicates: string[]): void {
  if (!keys || written === undefined) return;
  // The same key may be written with escapes: only its parsed form can be compared.
  const key = String(JSON.parse(written));
  if (keys.has(key)) duplicates.push(key);
  keys.add(key);
}

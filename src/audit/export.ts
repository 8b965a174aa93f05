import type { SealedRow } from '../../pipeline/chain.ts';
import type { AuditSource } from './source.ts';

/**
 * Every entry as one line of JSON, in the order in which the store keeps them, handed over in bundles of lines that end with a line feed. The body
 * goes out as it is stored, so that an export proves what the store proves; one that is no JSON any more goes out as a
 * string.
 */
export function exportAudit(source: AuditSource, write: (lines: string) => Promise<void> | void): Promise<{ entries: number }> {
  return source.read(async (view) => {
    let entries = 0;
    for await (const chunk of view.rows()) {
      if (chunk.length > 0) await write(chunk.map(line).join(''));
      entries += chunk.length;
    }
    return { entries };
  });
}

function line({ body, ...row }: SealedRow): string {
  const open = JSON.stringify(row).slice(0, -1);
  return `${open},"body":${isJson(body) ? body : JSON.stringify(body)}}\n`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return !/[\r\n]/.test(text);
  } catch {
    // Only somebody else's hand leaves such a body; the line stays valid JSON and shows what is there.
    return false;
  }
}

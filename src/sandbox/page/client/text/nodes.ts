/** What a text becomes before it is drawn: the only shapes the page turns into elements, so nothing else can appear. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'break' }
  | { kind: 'emoji'; name: string; glyph: string }
  | { kind: 'bold' | 'italic' | 'strike' | 'code'; children: Inline[] }
  | { kind: 'link'; url: string; label: string }
  | { kind: 'user' | 'channel' | 'usergroup'; id: string; label: string | undefined }
  | { kind: 'broadcast'; range: string }
  | { kind: 'date'; timestamp: number; format: string; url: string | undefined; fallback: string };

/** A stretch of text that stands on lines of its own. */
export type Passage =
  | { kind: 'paragraph' | 'quote' | 'pre'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] }
  | { kind: 'table'; rows: Inline[][][] }
  | { kind: 'rule' };

/** Collects nodes and joins neighbouring texts, so that equal inputs give equal trees. */
export function createInlineList(): { add: (node: Inline) => void; addText: (text: string) => void; nodes: Inline[] } {
  const nodes: Inline[] = [];
  const addText = (text: string): void => {
    if (text === '') return;
    const last = nodes.at(-1);
    if (last?.kind === 'text') last.text += text;
    else nodes.push({ kind: 'text', text });
  };
  const add = (node: Inline): void => {
    if (node.kind === 'text') addText(node.text);
    else nodes.push(node);
  };
  return { add, addText, nodes };
}

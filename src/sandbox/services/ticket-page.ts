import type { Ticket } from './tickets.ts';

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 46rem; padding: 2rem 1rem; color-scheme: light dark }
  header { border-bottom: 1px solid #8884; margin-bottom: 1rem } h1 { font-size: 1.4rem; margin: .2rem 0 }
  .tag { border: 1px solid #8886; border-radius: .5rem; font-size: .8rem; padding: .1rem .5rem }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit } article { border-left: 3px solid #8886; padding-left: 1rem }
  time { color: #777; font-size: .85rem }
`;

/** One ticket for reading; everything in it is text of others and is escaped. */
export function ticketPage({ key, case_id, service, severity, summary, text, status, created_at, comments }: Ticket): string {
  const told = comments.map(
    ({ at, text: comment }) => `<article><time>${escapeHtml(at)}</time><pre>${escapeHtml(comment)}</pre></article>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(`${key} ${summary}`)}</title><style>${STYLE}</style>
<header><span class="tag">simulated</span> <span class="tag">${escapeHtml(status)}</span>
<h1>${escapeHtml(key)}: ${escapeHtml(summary)}</h1>
<p>${escapeHtml(service)}, ${escapeHtml(severity)}, case ${escapeHtml(case_id)}, opened <time>${escapeHtml(created_at)}</time></p></header>
<pre>${escapeHtml(text)}</pre>${told.join('\n')}</html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

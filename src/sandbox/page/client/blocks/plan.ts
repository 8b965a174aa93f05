import { type Drawn, el, use } from '../dom.ts';
import { entriesIn, type Fields, fieldsIn, isFields, listIn, textIn } from '../fields.ts';
import { safeUrl } from '../text/safe-url.ts';
import { invalidBox } from './invalid.ts';
import { richText } from './rich-text.ts';
import { Link } from './text.ts';

/** What each state is called and drawn as; the outline of the mark differs too, so colour is never the only sign. */
const STATES: Record<string, { label: string; path: string }> = {
  pending: { label: 'waiting', path: '' },
  in_progress: { label: 'in progress', path: '' },
  complete: { label: 'done', path: 'M5.5 10.5l3 3 6-7' },
  error: { label: 'failed', path: 'M6.5 6.5l7 7m0-7l-7 7' },
};

/** Steps of work under one title, with how many are done. */
export function plan(block: Fields): Drawn | undefined {
  const title = textIn(block, 'title');
  const tasks = entriesIn(block, 'tasks') ?? [];
  if (title === undefined) return undefined;
  const done = tasks.filter((task) => isFields(task) && textIn(task, 'status') === 'complete').length;
  return el(
    'div',
    { class: 'block plan' },
    el(
      'div',
      { class: 'plan-title' },
      title,
      tasks.length > 0 && el('span', { class: 'plan-count' }, `${done} of ${tasks.length}`),
    ),
    el(
      'ol',
      { class: 'plan-tasks' },
      tasks.map((task, index) =>
        el('li', { key: index }, (isFields(task) ? taskCard(task) : undefined) ?? invalidBox('This task is invalid', task)),
      ),
    ),
  );
}

/** One step: its state, its title, and what it has to say. Slack takes these four states and no other. */
export function taskCard(block: Fields): Drawn | undefined {
  const title = textIn(block, 'title');
  const status = textIn(block, 'status') ?? '';
  const id = textIn(block, 'task_id');
  if (title === undefined || id === undefined || !Object.hasOwn(STATES, status)) return undefined;
  return el(
    'div',
    { class: `task task-${status}`, 'data-task-id': id, 'data-task-status': status },
    statusIcon(status),
    el(
      'div',
      { class: 'task-body' },
      el('div', { class: 'task-title' }, title),
      note(block, 'details'),
      note(block, 'output'),
      sources(block),
    ),
  );
}

function statusIcon(status: string): Drawn {
  const { label, path } = STATES[status] ?? { label: status, path: '' };
  return el(
    'svg',
    { class: 'task-icon', viewBox: '0 0 20 20', role: 'img', 'aria-label': label },
    el('circle', { class: 'task-ring', cx: 10, cy: 10, r: 8 }),
    status === 'in_progress' && el('path', { class: 'task-arc', d: 'M10 2a8 8 0 0 1 8 8' }),
    path !== '' && el('path', { class: 'task-mark', d: path }),
  );
}

function note(block: Fields, name: 'details' | 'output'): Drawn | false {
  const content = fieldsIn(block, name);
  if (content === undefined) return false;
  return el('div', { class: `task-${name}` }, richText(content) ?? invalidBox(`The task's ${name} are invalid`, content));
}

function sources(block: Fields): Drawn | false {
  const links = listIn(block, 'sources').flatMap((source) => {
    const url = safeUrl(textIn(source, 'url') ?? '');
    return url === undefined ? [] : [{ url, label: textIn(source, 'text') ?? url }];
  });
  return (
    links.length > 0 &&
    el(
      'div',
      { class: 'task-sources' },
      links.map((link, index) => use(Link, { key: index, ...link })),
    )
  );
}

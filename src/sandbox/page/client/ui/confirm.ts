import type { Question } from '../blocks/surface.ts';
import { readText, Text } from '../blocks/text.ts';
import { type Drawn, el, use } from '../dom.ts';
import { Dialog } from './dialog.ts';

/** The question a button asks before it is taken at its word. */
export function Confirm({ question, onClose }: { question: Question; onClose: () => void }): Drawn {
  const text = readText(question.text);
  const confirm = (): void => {
    onClose();
    question.onConfirm();
  };
  return use(
    Dialog,
    { label: question.title, className: 'confirm', onCancel: onClose, attributes: { 'data-confirm': true } },
    el('h2', { class: 'dialog-title' }, question.title),
    el('div', { class: 'dialog-body' }, text !== undefined && use(Text, { text })),
    el(
      'div',
      { class: 'dialog-foot' },
      el(
        'button',
        { type: 'button', class: 'button button-default', 'data-confirm-deny': true, onClick: onClose },
        question.deny,
      ),
      el(
        'button',
        {
          type: 'button',
          class: `button button-${question.danger ? 'danger' : 'primary'}`,
          'data-confirm-accept': true,
          onClick: confirm,
        },
        question.confirm,
      ),
    ),
  );
}

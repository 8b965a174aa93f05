import { useEffect, useState } from 'preact/hooks';
import { Blocks } from '../blocks/block.ts';
import { choicesIn, initialChoices } from '../blocks/initial.ts';
import { type Choices, type Press, pressKey, type Surface, SurfaceContext } from '../blocks/surface.ts';
import { type Drawn, el, use } from '../dom.ts';
import { type Fields, fieldsIn, isFields, textIn } from '../fields.ts';
import { failureText } from '../state/failures.ts';
import type { View } from '../wire/model.ts';
import { Dialog } from './dialog.ts';
import { iconButton } from './icon-button.ts';
import { withChoice } from './message-body.ts';
import { usePage } from './page-context.ts';

/** The top view of the stack. Views below it wait: closing this one shows the next. */
export function Modal({ view, depth }: { view: View; depth: number }): Drawn {
  const { actions } = usePage();
  const { surface, sending, failure, submit } = useModal(view);
  const close = (): void => void actions.closeView(view);
  return use(
    Dialog,
    { label: view.title, className: 'modal', onCancel: close, attributes: { 'data-modal': view.id } },
    el(
      'form',
      { class: 'modal-form', noValidate: true, onSubmit: submit },
      el(
        'header',
        { class: 'modal-head' },
        el('h2', { class: 'dialog-title' }, view.title),
        depth > 1 && el('span', { class: 'pane-note' }, `step ${depth}`),
        iconButton({ name: 'close', label: 'Close', onClick: close, attributes: { class: 'icon-button pane-close' } }),
      ),
      el(
        'div',
        { class: 'dialog-body' },
        failure !== undefined && el('div', { class: 'modal-failure', role: 'alert', 'data-modal-error': true }, failure),
        use(SurfaceContext.Provider, { value: surface }, use(Blocks, { blocks: view.blocks })),
      ),
      foot(view, sending, close),
    ),
  );
}

function foot({ close: closeLabel, submit: submitLabel }: View, sending: boolean, close: () => void): Drawn {
  const submit = {
    type: 'submit',
    class: 'button button-primary',
    'data-modal-submit': true,
    disabled: sending,
    'aria-busy': sending,
  };
  return el(
    'footer',
    { class: 'dialog-foot' },
    el(
      'button',
      { type: 'button', class: 'button button-default', 'data-modal-close': true, onClick: close },
      closeLabel ?? 'Cancel',
    ),
    submitLabel !== undefined && el('button', submit, sending ? el('span', { class: 'spinner' }) : submitLabel),
  );
}

function useModal(view: View) {
  const { actions, ask } = usePage();
  const [touched, setTouched] = useState<Choices>({});
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const [sending, setSending] = useState(false);
  const [pending, setPending] = useState<string | undefined>(undefined);
  const choices = { ...initialChoices(view.blocks), ...choicesIn(view.state), ...touched };
  // A view the app has replaced is another form: complaints about the former one no longer hold.
  useEffect(() => setErrors({}), [view.hash]);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setSending(true);
    setFailure(undefined);
    const answer = await actions.submit(view, choices);
    const complaints = complaintsIn(answer.body);
    setSending(false);
    setErrors(complaints);
    if (!answer.ok && Object.keys(complaints).length === 0) setFailure(failureText('Submitting', answer));
  };
  const choose = (press: Press): void => {
    setTouched((before) => withChoice({ ...choices, ...before }, press));
    setErrors(({ [press.blockId]: _settled, ...others }) => others);
  };
  const act = (press: Press): void => {
    setPending(pressKey(press));
    void actions.pressInView(press, view, withChoice(choices, press)).finally(() => setPending(undefined));
  };
  const surface: Surface = { kind: 'modal', choices, errors, pending, ask, choose, act };
  return { surface, sending, failure, submit };
}

/** The complaints of a submission, a block id each. */
function complaintsIn(body: Fields): Record<string, string> {
  const errors = fieldsIn(body, 'errors') ?? {};
  if (!isFields(errors)) return {};
  return Object.fromEntries(Object.keys(errors).map((blockId) => [blockId, textIn(errors, blockId) ?? 'This is not accepted']));
}

import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { sayWho, useWho, whyNoName } from '../who/who';
import { Dialog } from './dialog';
import { Problem } from './problem';

interface ConfirmActionProps<R> {
  /** On the button: `Cancel the order …`. */
  readonly name: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Its button is there; without it, what was begun is still shown to its end. */
  readonly shown?: boolean;
  /** Says, in the business's words, what will happen; asked for when the button is pressed. */
  readonly preview: ReactNode;
  /** The page needs more before it can be done: a note. */
  readonly ready?: boolean;
  /** Nothing is done by nobody: `actor` is the reader's name, for `X-Actor`. */
  readonly act: (actor: string) => Promise<R>;
  /** Says what did happen. */
  readonly told: (result: R) => ReactNode;
  readonly onDone?: () => void;
}

/** An act that says first what will happen, and then what did. Who has not said who they are is asked for it first. */
export function ConfirmAction<R>(props: ConfirmActionProps<R>) {
  const { name, danger = false, disabled = false, shown = true, preview, ready = true, act, told, onDone } = props;
  const known = useWho();
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState('');
  const actor = known === '' ? said.trim() : known;
  const doing = useMutation({ mutationFn: () => act(actor), ...(onDone && { onSettled: onDone }) });
  const close = (): void => {
    setOpen(false);
    doing.reset();
  };
  const begin = (): void => {
    sayWho(actor);
    doing.mutate();
  };
  return (
    <>
      {shown && (
        <button type="button" className={danger ? 'danger' : ''} disabled={disabled} onClick={() => setOpen(true)}>
          {name} …
        </button>
      )}
      {open && (
        <Dialog title={name} onClose={close}>
          {doing.isSuccess ? (
            <div className="box box-good" role="status">
              {told(doing.data)}
            </div>
          ) : (
            <div className="stack">
              {preview}
              {known === '' && <AskName name={said} onChange={setSaid} />}
            </div>
          )}
          {doing.isError && <Problem error={doing.error} doing={name} />}
          <div className="row">
            {doing.isSuccess ? (
              <button type="button" className="primary" onClick={close}>
                Close
              </button>
            ) : (
              <>
                <button
                  type="button"
                  className={danger ? 'danger' : 'primary'}
                  disabled={doing.isPending || !ready || whyNoName(actor) !== undefined}
                  onClick={begin}
                >
                  {doing.isPending ? 'Doing it …' : name}
                </button>
                <button type="button" onClick={close}>
                  Leave it
                </button>
                {known !== '' && <span className="quiet">noted under the name {known}</span>}
              </>
            )}
          </div>
        </Dialog>
      )}
    </>
  );
}

function AskName({ name, onChange }: { readonly name: string; readonly onChange: (name: string) => void }) {
  return (
    <label className="stack">
      Who are you? (it is kept in this browser, and noted with what you do)
      <input
        type="text"
        autoComplete="nickname"
        maxLength={100}
        value={name}
        aria-invalid={name !== '' && whyNoName(name) !== undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {name !== '' && <span className="bad">{whyNoName(name)}</span>}
    </label>
  );
}

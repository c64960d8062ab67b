import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Dialog } from './dialog';
import { Problem } from './problem';

interface ConfirmActionProps<R> {
  /** On the button: `Cancel the order …`. */
  readonly name: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Says, in the business's words, what will happen; asked for when the button is pressed. */
  readonly preview: ReactNode;
  /** The page needs more before it can be done: a note. */
  readonly ready?: boolean;
  readonly act: () => Promise<R>;
  /** Says what did happen. */
  readonly told: (result: R) => ReactNode;
  readonly onDone?: () => void;
}

/** An act that says first what will happen, and then what did. */
export function ConfirmAction<R>(props: ConfirmActionProps<R>) {
  const { name, danger = false, disabled = false, preview, ready = true, act, told, onDone } = props;
  const [open, setOpen] = useState(false);
  const doing = useMutation({ mutationFn: act, ...(onDone && { onSettled: onDone }) });
  const close = (): void => {
    setOpen(false);
    doing.reset();
  };
  return (
    <>
      <button type="button" className={danger ? 'danger' : ''} disabled={disabled} onClick={() => setOpen(true)}>
        {name} …
      </button>
      {open && (
        <Dialog title={name} onClose={close}>
          {doing.isSuccess ? (
            <div className="box box-good" role="status">
              {told(doing.data)}
            </div>
          ) : (
            <div className="stack">{preview}</div>
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
                  disabled={doing.isPending || !ready}
                  onClick={() => doing.mutate()}
                >
                  {doing.isPending ? 'Doing it …' : name}
                </button>
                <button type="button" onClick={close}>
                  Leave it
                </button>
              </>
            )}
          </div>
        </Dialog>
      )}
    </>
  );
}

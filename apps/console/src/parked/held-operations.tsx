import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { heldAt, sent } from '../api/client';
import type { HeldOneView, OperatedView } from '../api/types';
import { ConfirmAction } from '../shared/confirm-action';
import { isJsonObject } from '../shared/json';
import { StateMark } from '../shared/state-mark';
import { shortName } from '../words/names';

/** A held message, as its service has it. */
export const heldOne = (service: string, id: string) =>
  queryOptions({
    queryKey: ['held', service, id],
    queryFn: ({ signal }) => sent(heldAt(service).GET('/held/{id}', { params: { path: { id } }, signal })),
  });

interface HeldOperationsProps {
  readonly service: string;
  readonly id: string;
  /** What it asks for, and whether its outside call was made. */
  readonly held: Pick<HeldOneView, 'task' | 'step'>;
}

/** What a person can do about a held message: have it tried again, say what was done by hand, give it up. */
export function HeldOperations({ service, id, held }: HeldOperationsProps) {
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const [body, setBody] = useState('{}');
  const name = held.task === '' ? 'what nobody can read' : shortName(held.task);
  const asked = (actor: string) => ({ path: { id }, header: { 'X-Actor': actor } });
  const at = heldAt(service);
  const again = (): void => void queries.invalidateQueries();
  const noted = (
    <label className="stack">
      Why (it is kept with what was done)
      <textarea rows={2} value={note} onChange={(event) => setNote(event.target.value)} />
    </label>
  );
  const shared = { told, onDone: again };
  return (
    <div className="row">
      <ConfirmAction
        {...shared}
        name="Redrive"
        preview={`${service} tries ${name} again now. If it works, its saga goes on, and what waits behind it, in order. If it fails again, it stays here.`}
        act={(actor) => sent(at.POST('/held/{id}/redrive', { params: asked(actor) }))}
      />
      <ConfirmAction
        {...shared}
        name="Settle"
        ready={note.trim() !== '' && isJsonObject(body)}
        preview={
          <>
            <p>
              You have done {name} by hand. Its success is told as if {service} had done it, and its saga goes on.
            </p>
            <label className="stack">
              What came of it: the outcome’s data, as JSON
              <textarea rows={5} className="mono" value={body} onChange={(event) => setBody(event.target.value)} />
            </label>
            {noted}
          </>
        }
        act={(actor) =>
          sent(at.POST('/held/{id}/settle', { params: asked(actor), body: { body: JSON.parse(body) as Record<string, never>, note } }))
        }
      />
      <ConfirmAction
        {...shared}
        name="Drop"
        danger
        ready={note.trim() !== '' && held.step !== 'calling'}
        preview={
          <>
            {held.step === 'calling' && (
              <p className="bad">
                Not now: its outside call was made, and whether it worked is not known. Redrive it, settle it with what the outside world
                says, or cancel its saga.
              </p>
            )}
            <p>
              {name} is given up for good. An action is refused, and its saga turns back; what was merely heard, or what nobody can read,
              has no consequence any more. An undo cannot be dropped.
            </p>
            {noted}
          </>
        }
        act={(actor) => sent(at.POST('/held/{id}/drop', { params: asked(actor), body: { note } }))}
      />
    </div>
  );
}

const told = ({ state, text, outcome }: OperatedView) => (
  <>
    <StateMark state={state} /> {text}
    {outcome && <span className="quiet"> (told: {outcome.type})</span>}
  </>
);

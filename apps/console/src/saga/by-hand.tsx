import { useState } from 'react';
import { orchestrator, sent } from '../api/client';
import type { LedSaga, SagaDetail } from '../api/types';
import { ConfirmAction } from '../shared/confirm-action';
import { isJsonObject } from '../shared/json';
import { shortName } from '../words/names';
import { beginningOf, parkedSteps } from './parked-steps';

interface DoneByHandProps {
  readonly saga: SagaDetail;
  /** What its orchestrator knows of it; undefined where nobody leads it, or not any more. */
  readonly led: LedSaga | undefined;
  readonly onDone: () => void;
}

/** Says that somebody has done, by hand, what waits for a person at its owner: which step, what came of it, and how. */
export function DoneByHand({ saga: { process, id, facts }, led, onDone }: DoneByHandProps) {
  const [command, setCommand] = useState<string>();
  const [note, setNote] = useState('');
  const [body, setBody] = useState<string>();
  const parked = led ? parkedSteps(led) : [];
  const chosen = parked.find((one) => one.command === command) ?? parked[0];
  const data = body ?? beginningOf(facts, id);
  const act = (actor: string) => {
    const said = { command: chosen?.command ?? '', note: note.trim(), body: JSON.parse(data) as Record<string, never> };
    const params = { path: { id }, query: { process }, header: { 'X-Actor': actor } };
    return sent(orchestrator.POST('/sagas/{id}/done', { params, body: said }));
  };
  return (
    <ConfirmAction
      name="Done by hand"
      shown={chosen !== undefined}
      ready={chosen !== undefined && note.trim() !== '' && isJsonObject(data)}
      preview={
        chosen && (
          <>
            <label className="stack">
              Which step?
              <select value={chosen.command} onChange={(event) => setCommand(event.target.value)}>
                {parked.map((one) => (
                  <option key={one.command} value={one.command}>
                    {shortName(one.command)} at {one.service}
                    {one.undoes !== undefined && `, which takes ${shortName(one.undoes)} back`}
                  </option>
                ))}
              </select>
            </label>
            <p className="bad">It waits because: {chosen.why}</p>
            <p>
              {chosen.service} records {shortName(chosen.command)} as done by you, and tells it as if it had done so itself; then the saga
              goes on{chosen.undoes !== undefined && ' with what is still to be undone'}. It is never tried again.
            </p>
            <label className="stack">
              What came of it: the outcome’s data, as JSON
              <textarea rows={4} className="mono" value={data} onChange={(event) => setBody(event.target.value)} />
            </label>
            <label className="stack">
              How was it done? (it is kept)
              <textarea rows={2} value={note} onChange={(event) => setNote(event.target.value)} />
            </label>
          </>
        )
      }
      act={act}
      told={({ text }) => text}
      onDone={onDone}
    />
  );
}

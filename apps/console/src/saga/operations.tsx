import { useQuery, useQueryClient } from '@tanstack/react-query';
import { actor, orchestrator, order, sent } from '../api/client';
import type { SagaDetail } from '../api/types';
import { ConfirmAction } from '../shared/confirm-action';
import { shortName } from '../words/names';

/** What a person can do about a saga that is open. One that is led is asked of its orchestrator, a choreographed one of the order service. */
export function Operations({ saga }: { readonly saga: SagaDetail }) {
  const queries = useQueryClient();
  const { process, id, style, state, ifCancelled } = saga;
  const isOpen = state === 'running' || state === 'compensating';
  const isLed = style !== 'choreography';
  const led = useQuery({
    queryKey: ['led', process, id, saga.lastAt],
    queryFn: ({ signal }) => sent(orchestrator.GET('/sagas/{id}', { params: { path: { id }, query: { process } }, signal })),
    enabled: isOpen && isLed,
  });
  if (!isOpen) return null;
  const again = (): void => void queries.invalidateQueries();
  const asked = { path: { id }, query: { process }, header: { 'X-Actor': actor } };
  const cancel = async (): Promise<string> => {
    if (isLed) return (await sent(orchestrator.POST('/sagas/{id}/cancel', { params: asked, body: {} }))).text;
    const { status } = await sent(order.POST('/orders/{orderId}/cancel', { params: { path: { orderId: id } } }));
    return status === 'cancelled'
      ? 'The order is cancelled.'
      : 'The cancel is asked for; shipping decides whether it is too late. This page shows what comes of it.';
  };
  const isPaused = led.data?.status === 'paused';
  return (
    <div className="row">
      <ConfirmAction
        name="Cancel"
        danger
        disabled={!ifCancelled.possible}
        preview={<CancelPreview saga={saga} />}
        act={cancel}
        told={(text) => text}
        onDone={again}
      />
      {isLed && led.data && (
        <>
          {isPaused ? (
            <ConfirmAction
              name="Resume"
              preview="It goes on; what it waits for gets its whole time again."
              act={() => sent(orchestrator.POST('/sagas/{id}/resume', { params: asked }))}
              told={({ text }) => text}
              onDone={again}
            />
          ) : (
            <ConfirmAction
              name="Pause"
              preview="The orchestrator asks for nothing more until it is resumed. What is under way is heard all the same."
              act={() => sent(orchestrator.POST('/sagas/{id}/pause', { params: asked }))}
              told={({ text }) => text}
              onDone={again}
            />
          )}
          <ConfirmAction
            name="Retry now"
            preview={
              led.data.next
                ? `${led.data.next.service} is asked again for ${shortName(led.data.next.command)}, at once. It is done at most once, however often it is asked for.`
                : 'What waits is tried again at once.'
            }
            act={() => sent(orchestrator.POST('/sagas/{id}/retry', { params: asked, body: {} }))}
            told={({ text }) => text}
            onDone={again}
          />
        </>
      )}
    </div>
  );
}

/** What a cancel would come to now, in the business's words. */
export function CancelPreview({ saga: { ifCancelled } }: { readonly saga: SagaDetail }) {
  const { text, asks, undos, ends } = ifCancelled;
  return (
    <>
      <p>{text}</p>
      <ol>
        {asks !== undefined && <li>{shortName(asks)}: the question whether it is too late</li>}
        {undos.map((undo) => (
          <li key={undo} className="undo">
            {shortName(undo)}
          </li>
        ))}
        {ends !== undefined && <li>{shortName(ends)}</li>}
      </ol>
    </>
  );
}

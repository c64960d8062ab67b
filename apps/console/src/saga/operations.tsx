import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { orchestrator, order, sent, told } from '../api/client';
import type { SagaDetail } from '../api/types';
import { ConfirmAction } from '../shared/confirm-action';
import { shortName } from '../words/names';
import { DoneByHand } from './by-hand';

/** What a person can do about a saga that is open. One that is led is asked of its orchestrator, a choreographed one of the order service. */
export function Operations({ saga }: { readonly saga: SagaDetail }) {
  const queries = useQueryClient();
  const { process, id, style, state, ifCancelled } = saga;
  const isOpen = state === 'running' || state === 'compensating';
  const isLed = style !== 'choreography';
  const led = useQuery({
    queryKey: ['led', process, id, saga.lastAt],
    queryFn: ({ signal }) => told(orchestrator.GET('/sagas/{id}', { params: { path: { id }, query: { process } }, signal })),
    enabled: isOpen && isLed,
    placeholderData: keepPreviousData,
  });
  const again = (): void => void queries.invalidateQueries();
  const asked = (actor: string) => ({ path: { id }, query: { process }, header: { 'X-Actor': actor } });
  const cancel = async (actor: string): Promise<string> => {
    if (isLed) return (await sent(orchestrator.POST('/sagas/{id}/cancel', { params: asked(actor), body: {} }))).text;
    const params = { path: { orderId: id }, header: { 'X-Actor': actor } };
    const { status } = await sent(order.POST('/orders/{orderId}/cancel', { params }));
    return status === 'cancelled'
      ? 'The order is cancelled.'
      : 'The cancel is asked for; shipping decides whether it is too late. This page shows what comes of it.';
  };
  const isPaused = led.data?.status === 'paused';
  const canBeLed = isOpen && isLed && led.data !== undefined;
  const shared = { told: ({ text }: { readonly text: string }) => text, onDone: again };
  return (
    <div className="row">
      <ConfirmAction
        name="Cancel"
        danger
        shown={isOpen}
        disabled={!ifCancelled.possible}
        preview={<CancelPreview saga={saga} />}
        act={cancel}
        told={(text) => text}
        onDone={again}
      />
      <ConfirmAction
        {...shared}
        name="Resume"
        shown={canBeLed && isPaused}
        preview="It goes on; what it waits for gets its whole time again."
        act={(actor) => sent(orchestrator.POST('/sagas/{id}/resume', { params: asked(actor) }))}
      />
      <ConfirmAction
        {...shared}
        name="Pause"
        shown={canBeLed && !isPaused}
        preview="The orchestrator asks for nothing more until it is resumed. What is under way is heard all the same."
        act={(actor) => sent(orchestrator.POST('/sagas/{id}/pause', { params: asked(actor) }))}
      />
      <ConfirmAction
        {...shared}
        name="Retry now"
        shown={canBeLed && !isPaused}
        preview={
          led.data?.next
            ? `${led.data.next.service} is asked again for ${shortName(led.data.next.command)}, at once. It is done at most once, however often it is asked for.`
            : 'What waits is tried again at once.'
        }
        act={(actor) => sent(orchestrator.POST('/sagas/{id}/retry', { params: asked(actor), body: {} }))}
      />
      <DoneByHand saga={saga} led={canBeLed ? led.data : undefined} onDone={again} />
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

import { type EventClass, MessageFreed, MessageParked } from '@duet/message';
import { type Declaration, service } from './declaration';
import { answersOf, type Definition } from './saga';

/** Declares an orchestrator: it hears how its sagas start, all that answers its commands, who wants them cancelled, and what waits for a person. */
export function orchestrator({ name, sagas }: { readonly name: string; readonly sagas: readonly Definition[] }): Declaration {
  const heard = sagas.flatMap((definition): EventClass[] => [
    definition.start,
    ...(definition.cancelledBy ? [definition.cancelledBy] : []),
    ...[...answersOf(definition).values()].map(({ event }) => event),
  ]);
  return service({ name, leads: sagas, hears: [...new Set([...heard, MessageParked, MessageFreed])] });
}

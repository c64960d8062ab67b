import type { ParkedView } from '../api/types';

/** Under which id a parked message is held at its service: the message's, and what is asked for by it. */
export const heldIdOf = ({ messageId, command, role }: Pick<ParkedView, 'messageId' | 'command' | 'role'>): string =>
  `${messageId}#${role === 'hears' ? 'hears' : command}`;

/** The address of the page that shows it. */
export const heldPath = (service: string, heldId: string): string =>
  `/parked?${new URLSearchParams({ at: service, held: heldId }).toString()}`;

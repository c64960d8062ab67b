import { type CommandClass, type MessageClass, wireName } from '@duet/message';
import type { Declaration } from './declaration';

/** What the declarations, taken together, would get wrong when they run. */
export interface Finding {
  /** Which rule is broken: `undo-missing`, `two-owners`, … */
  readonly rule: string;
  /** A sentence with the services, the messages, the way there, and what to do. */
  readonly text: string;
}

export const names = (things: readonly string[]): string => things.join(' and ');
export const typeOf = ({ type }: MessageClass): string => type;
export const pathOf = (path: readonly MessageClass[]): string => path.map(typeOf).join(' → ');

/** Who handles a command. */
export const ownersOf = (declarations: readonly Declaration[], command: CommandClass): string[] =>
  declarations.flatMap(({ name, handles }) => handles.filter((handled) => wireName(handled) === wireName(command)).map(() => name));

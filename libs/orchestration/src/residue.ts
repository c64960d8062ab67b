import { wireName } from '@duet/message';
import type { Definition, Instance } from '@duet/saga';

/** What a saga that was turned back has done and not undone. */
export interface Residue {
  readonly command: string;
  /** Whose data it is in. */
  readonly service: string;
  /** `done`, or `unknown`: it was asked for, and nobody has said what came of it. */
  readonly state: 'done' | 'unknown';
  readonly undo: string;
  /** Why its undo waits for a person. */
  readonly parked?: { readonly code: string; readonly text: string };
}

/** In the order in which it was done. Empty for a saga that goes forward: what it does is no residue. */
export function residueOf({ steps }: Definition, { reason, asked }: Instance): Residue[] {
  if (!reason) return [];
  return steps.flatMap(({ command, kind, back }): Residue[] => {
    const action = asked[wireName(command)];
    if (kind !== 'compensatable' || !back || !action || action.times === 0 || action.outcome === 'fail') return [];
    const undo = asked[wireName(back.command)];
    if (undo?.outcome === 'ok') return [];
    return [
      {
        ...{ command: wireName(command), service: command.context, undo: wireName(back.command) },
        state: action.outcome === 'ok' ? 'done' : 'unknown',
        ...(undo?.parked && { parked: undo.parked }),
      },
    ];
  });
}

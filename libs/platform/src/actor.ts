import { ApiHeader } from '@nestjs/swagger';
import { Problem } from './problem';

/** Documents the header of what a person does to a running system. */
export const ApiActor = () => ApiHeader({ name: 'X-Actor', required: true, description: 'who does it: for the history' });

/** Who does it, as `@Headers('X-Actor')` says. Control characters do not belong into a name; a header brings no others than Latin-1. @throws Problem 400 */
export function actorOf(by: string | undefined): string {
  const actor = by?.trim() ?? '';
  if (!/^[\x20-\x7e\xa0-\xff]{1,100}$/.test(actor))
    throw Problem.badRequest(
      'The header X-Actor is missing or no name: say who does this, in 1 to 100 characters. It goes into the history.',
      { code: 'no-actor' },
    );
  return actor;
}

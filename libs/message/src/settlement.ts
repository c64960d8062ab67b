import { checkOf, type Fault } from './check';
import type { Settlement } from './envelope';
import type { CommandClass } from './message';
import { wireName } from './names';

/** What is wrong with what a person says came of a command: the outcome must be one of its two, and the body as the outcome's class says. A person may mistype what a handler could not. */
export function settlementFaults(
  command: CommandClass,
  { outcome, body }: Pick<Settlement, 'outcome' | 'body'>,
  unknownFields: 'ignored' | 'refused',
): Fault[] {
  const events = [command.ok, command.fail].filter((event) => event !== undefined);
  const event = events.find((each) => wireName(each) === outcome);
  if (!event) return [{ path: '/outcome', text: `outcome must be ${events.map(wireName).join(' or ')}` }];
  return checkOf(event, { unknownFields })(body).map(({ path, text }) => ({ path: `/body${path}`, text: `${text} in a ${outcome}` }));
}

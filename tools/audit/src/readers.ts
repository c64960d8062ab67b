import { process, type Readers, type Service, services } from '@duet/audit';
import type { Style } from '@duet/message';
import { wireName } from '@duet/message';
import { applies, type Declaration } from '@duet/saga';

/**
 * Who does something about a message of the audited process, as the services declare it: its owner a command; whoever reacts to an event in this style; an orchestrator what it
 * leads; and who does nothing but hear, mails for one. What a service with commands of its own hears beside them it only shows. What is void is read by its orchestrator alone.
 */
export function readersOf(declarations: readonly Declaration[]): Readers {
  return ({ type, style, void: isVoid }) =>
    declarations
      .filter(({ handles, hears, leads, reactions }) => {
        const led = leads.some((definition) => definition.process === process);
        const heard = (led || handles.length === 0) && hears.some((event) => wireName(event) === type);
        const reacts = reactions
          .flatMap(({ entries }) => entries)
          .some((entry) => entry.process === process && wireName(entry.heard) === type && applies(entry.when, style as Style));
        return (
          handles.some((command) => wireName(command) === type) ||
          (heard && (led ? style !== 'choreography' : !isVoid)) ||
          (reacts && !isVoid)
        );
      })
      .map(({ name }) => name)
      .filter((name): name is Service => services.includes(name as Service));
}

import { applies } from '@duet/saga';
import type { Caused } from './flow-graph';
import { grouped } from './grouped';
import type { Landscape } from './landscape';
import { compare } from './seen';
import { differenceKinds, type DifferenceView } from './system.views';

/** An event that was heard so often without what should follow is no accident. */
const often = 10;

/**
 * Where what services declare and what really happens differ.
 * @param readers how many processes of each service read now, where the broker could tell
 */
export function differences(landscape: Landscape, caused: readonly Caused[], readers: ReadonlyMap<string, number>): DifferenceView[] {
  return [
    ...undeclaredServices(landscape, caused),
    ...undeclaredMessages(landscape, caused),
    ...silentReactions(landscape, caused),
    ...unheardEvents(landscape),
    ...servicesGone(landscape, readers),
  ].sort(
    (a, b) => differenceKinds.indexOf(a.kind) - differenceKinds.indexOf(b.kind) || compare(a.service, b.service) || compare(a.text, b.text),
  );
}

const sum = (counted: readonly { readonly count: number }[]): number => counted.reduce((total, { count }) => total + count, 0);
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
const isDeclared = ({ manifests }: Landscape, service: string): boolean => manifests.some((manifest) => manifest.service === service);

function undeclaredServices(landscape: Landscape, caused: readonly Caused[]): DifferenceView[] {
  const unknown = caused.filter(({ service }) => !isDeclared(landscape, service));
  return [...grouped(unknown, ({ service }) => service)].map(([service, said]) => ({
    ...{ kind: 'undeclared-service', service, count: sum(said) },
    text: `${service} speaks, and has published no manifest`,
  }));
}

function undeclaredMessages(landscape: Landscape, caused: readonly Caused[]): DifferenceView[] {
  const says = new Set(
    landscape.manifests.flatMap(({ service, starts, deadlines, handles, leads }) =>
      [
        ...[...starts, ...deadlines],
        ...handles.flatMap(({ command }) => landscape.outcomesOf(command)),
        ...leads.flatMap(({ commands }) => commands),
      ].map((type) => `${service} ${type}`),
    ),
  );
  const undeclared = caused.filter(
    ({ service, type }) => isDeclared(landscape, service) && !type.startsWith('duet.') && !says.has(`${service} ${type}`),
  );
  return [...grouped(undeclared, ({ service, type }) => `${service} ${type}`).values()].map((said) => {
    const [{ service, type, process }] = said;
    return {
      ...{ kind: 'undeclared-event', service, type, process, count: sum(said) },
      text: `${service} said ${type} ${times(sum(said))}, which its manifest does not declare`,
    };
  });
}

function silentReactions(landscape: Landscape, caused: readonly Caused[]): DifferenceView[] {
  return landscape.reactions.flatMap(({ service, process, heard, command, when }): DifferenceView[] => {
    const outcomes = landscape.outcomesOf(command);
    const concerned = caused.filter((one) => one.process === process && applies(when, one.style));
    const count = sum(concerned.filter(({ type }) => type === heard));
    const fired = concerned.some(({ cause, type, service: by }) => cause?.type === heard && by === service && outcomes.includes(type));
    if (fired || count < often) return [];
    const text = `${heard} was said ${times(count)}, and ${service} never did ${command} because of it, though it declares to`;
    return [{ kind: 'silent-reaction', service, type: command, on: heard, process, count, text }];
  });
}

function unheardEvents(landscape: Landscape): DifferenceView[] {
  const { manifests } = landscape;
  const heard = new Set(manifests.flatMap(({ hears, reactions }) => [...hears, ...reactions.map((reaction) => reaction.heard)]));
  return manifests.flatMap(({ service, starts, handles }) =>
    [...starts, ...handles.flatMap(({ command }) => landscape.outcomesOf(command))]
      .filter((event) => !heard.has(event))
      .map((event): DifferenceView => {
        const text = `${service} declares to say ${event}, and nobody declares to hear it`;
        return { kind: 'unheard-event', service, type: event, count: 0, text };
      }),
  );
}

const servicesGone = ({ manifests }: Landscape, readers: ReadonlyMap<string, number>): DifferenceView[] =>
  manifests
    .filter(({ service }) => readers.get(service) === 0)
    .map(({ service }) => ({
      ...{ kind: 'service-gone', service, count: 0 },
      text: `${service} has a manifest, and no process of it reads: it is down, or it is not part of the system any more`,
    }));

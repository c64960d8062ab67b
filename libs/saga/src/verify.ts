import { type CommandClass, type EventClass, fieldsOf, waysBackFrom, wireName } from '@duet/message';
import { type Again, type Dance, dancedIn, dancesOf, type Explored, explore, isAction, type Moment } from './dance';
import type { Declaration } from './declaration';
import { type Finding, names, ownersOf, pathOf, typeOf as type } from './finding';
import { cancels, endsDiffer, ledBy, sagaFindings } from './verify-saga';

export type { Finding } from './finding';

/** What to leave out. */
export interface VerifyOptions {
  /** Commands that may stay done in a saga that was turned back: there is nothing to undo. */
  readonly nothingToUndo?: readonly CommandClass[];
}

/**
 * Finds, before anything runs, what is wrong with a choreography that nobody has written down as a whole, and with a saga beside it. Rules:
 *
 * - `two-owners`: a command is handled by two services · `command-unowned`: a reaction's command is not handled by the service that reacts
 * - `event-unheard`: nobody hears an event that is published. A service that only wants it seen lists it in `hears` (the order's projection does so)
 * - `event-unpublished`: somebody waits for an event that nobody publishes · `two-starts`: a process is begun by different events
 * - `undo-unhandled`: an undo or cancel question of the contract is not handled by the owner of its action
 * - `undo-missing`: a refusal, at any point, leaves something done · `no-end`: a run ends and the service that started it never hears so
 * - `runs-twice`: a command would be asked for twice in one run, for different reasons, and be done once (asking twice to undo or to reject is harmless)
 * - `cycle`: events that cause one another in a circle · `fact-twice`: two events add the same fact to what the saga knows
 * - `cancel-elsewhere`: a request to cancel is answered by anything but the question to the pivot's owner
 * - `no-deadline`: a step of a saga may take for ever, or the service that starts a choreography does not request a cancel when it does
 *
 * And for each saga that an orchestrator leads:
 *
 * - `ends-differ`: turned back at some point, or not, the styles leave different actions done
 * - `hybrid-waits`: after the pivot nobody does a step by itself · `asked-twice`: a service does by itself what the orchestrator asks for
 * - `no-undo`: a step before the pivot is said to have nothing to undo, and the contract has an undo · `reject-elsewhere`: who starts a saga does not end it
 */
export function verify(declarations: readonly Declaration[], { nothingToUndo = [] }: VerifyOptions = {}): readonly Finding[] {
  const led = ledBy(declarations);
  const dances = dancesOf(declarations).map((dance) => ({ dance, explored: explore(dance) }));
  const findings = [
    ...ownership(declarations),
    ...hearing(declarations),
    ...waysBack(declarations),
    ...dances.flatMap(({ dance, explored }) => [
      ...facts(dance),
      ...cycles(dance),
      ...cancels(dance, declarations),
      ...runs(dance, explored, declarations, nothingToUndo),
    ]),
    ...led.flatMap((saga) => sagaFindings(saga, nothingToUndo)),
    ...led.flatMap((saga) =>
      dances.flatMap(({ dance, explored }) => (dance.process === saga.definition.process ? endsDiffer(saga, explored) : [])),
    ),
  ];
  return findings.filter(({ text }, index) => findings.findIndex((other) => other.text === text) === index);
}

function ownership(declarations: readonly Declaration[]): Finding[] {
  const handled = declarations.flatMap(({ handles }) => handles);
  const twice = handled.flatMap((command): Finding[] => {
    const owners = ownersOf(declarations, command);
    return owners.length > 1
      ? [{ rule: 'two-owners', text: `${type(command)} is handled by ${names(owners)}: a command has one owner` }]
      : [];
  });
  const unowned = declarations.flatMap(({ name, reactions, handles }) =>
    reactions
      .flatMap((table) => table.entries)
      .filter(({ command }) => !handles.includes(command))
      .map(({ heard, command }): Finding => {
        const owners = ownersOf(declarations, command);
        const who = owners.length > 0 ? `${names(owners)} handles it: let it react by itself` : 'nobody handles it';
        return {
          rule: 'command-unowned',
          text: `${name} reacts to ${type(heard)} with ${type(command)}, which it does not handle; ${who}`,
        };
      }),
  );
  return [...twice, ...unowned];
}

function hearing(declarations: readonly Declaration[]): Finding[] {
  const entries = declarations.flatMap(({ reactions }) => reactions.flatMap((table) => table.entries));
  // What an orchestrator hears, it hears of its own sagas: the choreographed ones need somebody else.
  const danced = dancedIn(declarations);
  const hearing = declarations.flatMap(({ hears, leads }) => (leads.some(({ process }) => danced.includes(process)) ? [] : hears));
  const heard = new Set([...hearing, ...entries.map((entry) => entry.heard)].map(wireName));
  const published = declarations.flatMap(({ name, starts, handles }) => [
    ...starts.map((event) => ({ name, event, why: 'from outside' })),
    ...handles.flatMap((command) =>
      [command.ok, command.fail].flatMap((event) => (event ? [{ name, event, why: `to answer ${command.type}` }] : [])),
    ),
  ]);
  const known = new Set(published.map(({ event }) => wireName(event)));
  const waiting = declarations.flatMap(({ name, hears, reactions }) =>
    [...hears, ...reactions.flatMap((table) => [table.start, ...table.entries.map((entry) => entry.heard)])].map((event) => ({
      name,
      event,
    })),
  );
  return [
    ...published
      .filter(({ event }) => !heard.has(wireName(event)))
      .map(({ name, event, why }) => ({
        rule: 'event-unheard',
        text: `${name} publishes ${type(event)} ${why}, and nobody hears it; react to it, or list it in \`hears\` where it is to be seen`,
      })),
    ...waiting
      // The runtime of every service publishes its own.
      .filter(({ event }) => !known.has(wireName(event)) && event.topic === undefined)
      .map(({ name, event }) => ({ rule: 'event-unpublished', text: `${name} waits for ${type(event)}, which nobody publishes` })),
    ...startsOf(declarations),
  ];
}

function startsOf(declarations: readonly Declaration[]): Finding[] {
  const tables = declarations.flatMap(({ name, reactions, leads }) =>
    [...reactions, ...leads].map(({ process, start }) => ({ name, process, start })),
  );
  return [...new Set(tables.map(({ process }) => process))].flatMap((process): Finding[] => {
    const own = tables.filter((table) => table.process === process);
    const starts = [...new Set(own.map(({ start }) => start))];
    if (starts.length < 2) return [];
    const who = starts.map(
      (start) => `by ${type(start)} to ${names(own.filter((table) => table.start === start).map(({ name }) => name))}`,
    );
    return [{ rule: 'two-starts', text: `${process} is begun ${who.join(', ')}; a process has one start` }];
  });
}

function waysBack(declarations: readonly Declaration[]): Finding[] {
  return declarations.flatMap(({ name, handles }) =>
    handles.flatMap((action) =>
      waysBackFrom(action).flatMap((back): Finding[] => {
        const owners = ownersOf(declarations, back);
        if (owners.includes(name)) return [];
        const what = `${type(back)} ${'undoes' in back ? 'undoes' : 'cancels'} ${type(action)} of ${name}`;
        const who = owners.length > 0 ? `is handled by ${names(owners)}` : 'nobody handles it';
        return [{ rule: 'undo-unhandled', text: `${what}, but ${who}; only ${name} knows whether it was done, so let it handle both` }];
      }),
    ),
  );
}

function facts({ process, start, lines }: Dance): Finding[] {
  const adders = [...new Set([start, ...lines.filter(({ command }) => isAction(command)).map(({ command }) => command.ok)])];
  const fields = adders.map((event) => ({ event, fields: fieldsOf(event) }));
  const everywhere = (field: string): boolean => fields.every((other) => other.fields.includes(field));
  return [...new Set(fields.flatMap((each) => each.fields))].flatMap((field): Finding[] => {
    const adding = fields.filter((each) => each.fields.includes(field)).map(({ event }) => type(event));
    if (adding.length < 2 || everywhere(field)) return [];
    return [
      {
        rule: 'fact-twice',
        text: `${process}: ${names(adding)} both add the fact ${field}, and the later would replace the earlier; give one another name`,
      },
    ];
  });
}

function cycles({ process, lines }: Dance): Finding[] {
  const causes = (event: EventClass): EventClass[] =>
    lines.filter(({ heard }) => heard === event).flatMap(({ command }) => [command.ok, command.fail].filter((next) => next !== undefined));
  const found = new Map<string, Finding>();
  const walk = (path: readonly EventClass[]): void => {
    for (const next of causes(path.at(-1)!)) {
      const from = path.indexOf(next);
      if (from < 0) {
        walk([...path, next]);
        continue;
      }
      const circle = path.slice(from);
      const key = circle.map(wireName).sort().join();
      if (!found.has(key))
        found.set(key, { rule: 'cycle', text: `${process}: ${[...circle, next].map(type).join(' → ')} goes round in a circle` });
    }
  };
  for (const event of new Set(lines.map(({ heard }) => heard))) walk([event]);
  return [...found.values()];
}

function runs(
  dance: Dance,
  { ends, again }: Explored,
  declarations: readonly Declaration[],
  nothingToUndo: readonly CommandClass[],
): Finding[] {
  const found = new Map<string, Finding>();
  const add = (key: string, finding: Finding): void => void (found.has(key) || found.set(key, finding));
  for (const end of ends) {
    for (const { key, finding } of leftDone(dance, declarations, nothingToUndo, end)) add(key, finding);
    const told = [...end.steps.values()].some(
      ({ command, state }) => state === 'done' && isAction(command) && ownersOf(declarations, command).includes(dance.starter),
    );
    if (!told) {
      const last = end.path.at(-1)!;
      const text = `${dance.process}: ${pathOf(end.path)} is where it ends, and ${dance.starter}, which started it, does nothing to end it; let it react to ${type(last)}`;
      add(`no-end ${wireName(end.refusal ?? last)}`, { rule: 'no-end', text });
    }
  }
  for (const twice of again.filter(({ first, line }) => isAction(line.command) && !first.backward)) {
    add(`runs-twice ${wireName(twice.line.command)}`, { rule: 'runs-twice', text: twiceText(dance, twice) });
  }
  return [...found.values()];
}

function leftDone(
  { process }: Dance,
  declarations: readonly Declaration[],
  nothingToUndo: readonly CommandClass[],
  end: Moment,
): { key: string; finding: Finding }[] {
  const { refusal } = end;
  if (!refusal) return [];
  return [...end.steps.values()]
    .filter(({ command, state, backward }) => state === 'done' && !backward && isAction(command) && !nothingToUndo.includes(command))
    .map(({ command }) => {
      const owner = names(ownersOf(declarations, command));
      const undos = waysBackFrom(command).filter((back) => 'undoes' in back);
      const advice =
        undos.length > 0 ? `let ${owner} react to ${type(refusal)} with ${names(undos.map(type))}` : 'the contract has no undo for it';
      const text = `${process}: ${pathOf(end.path)} leaves ${type(command)} (${owner}) done after ${type(refusal)}; ${advice}`;
      return { key: `undo-missing ${wireName(command)} ${wireName(refusal)}`, finding: { rule: 'undo-missing', text } };
    });
}

function twiceText({ process }: Dance, { first, line, path }: Again): string {
  return `${process}: ${pathOf(path)} asks ${line.service} for ${type(line.command)} twice, on ${first.heard?.type ?? ''} and on ${type(line.heard)}; it would be done once. Give the second purpose a command of its own`;
}

import { type CommandClass, type EventClass, type Style, waysBackFrom, wireName } from '@duet/message';
import { type Dance, type Explored, isAction } from './dance';
import type { Declaration } from './declaration';
import { type Finding, names, ownersOf, pathOf, typeOf } from './finding';
import { applies, type Reaction } from './reactions';
import { runOf, turnsOf } from './run';
import { answersOf, commandsOf, type Definition } from './saga';

/** A saga, who leads it, and what the services do by themselves meanwhile. */
interface Led {
  readonly definition: Definition;
  readonly leader: Declaration;
  readonly declarations: readonly Declaration[];
  readonly reactions: readonly (Reaction & { readonly service: string })[];
}

/** The sagas that the declarations lead. */
export const ledBy = (declarations: readonly Declaration[]): Led[] =>
  declarations.flatMap((leader) =>
    leader.leads.map((definition) => ({
      definition,
      leader,
      declarations,
      reactions: declarations.flatMap(({ name, reactions }) =>
        reactions.flatMap(({ entries }) =>
          entries.filter(({ process }) => process === definition.process).map((entry) => ({ service: name, ...entry })),
        ),
      ),
    })),
  );

/** What is wrong with a saga, whatever else there is: the rules that need no choreography. */
export const sagaFindings = (led: Led, nothingToUndo: readonly CommandClass[]): Finding[] => [
  ...ownership(led),
  ...ends(led),
  ...hears(led),
  ...steps(led, nothingToUndo),
  ...askedTwice(led),
  ...hybrid(led),
];

function ownership({ definition, leader, declarations }: Led): Finding[] {
  const { process } = definition;
  const others = declarations.filter(({ leads }) => leads.some((other) => other.process === process)).map(({ name }) => name);
  const unowned = commandsOf(definition).filter((command) => ownersOf(declarations, command).length === 0);
  return [
    ...(others.length > 1 ? [{ rule: 'two-owners', text: `${process} is led by ${names(others)}: a process has one orchestrator` }] : []),
    ...unowned.map((command) => ({
      rule: 'command-unowned',
      text: `${process}: ${leader.name} asks for ${typeOf(command)}, and nobody handles it`,
    })),
  ];
}

/** Who begins it ends it, and hears of a wish to cancel. */
function ends({ definition: { process, start, reject, cancelledBy }, declarations }: Led): Finding[] {
  const starter = declarations.find(({ starts }) => starts.includes(start));
  const owners = ownersOf(declarations, reject);
  const elsewhere = starter && owners.length > 0 && !owners.includes(starter.name);
  const outside = !cancelledBy || declarations.some(({ starts }) => starts.includes(cancelledBy));
  return [
    ...(elsewhere
      ? [
          {
            rule: 'reject-elsewhere',
            text: `${process}: ${starter.name} publishes ${typeOf(start)}, and ${names(owners)} handles ${typeOf(reject)}, which ends it; let ${starter.name} handle it`,
          },
        ]
      : []),
    ...(outside
      ? []
      : [
          {
            rule: 'event-unpublished',
            text: `${process} is cancelled by ${typeOf(cancelledBy)}, which no service publishes by itself; list it in \`starts\``,
          },
        ]),
  ];
}

function hears({ definition, leader }: Led): Finding[] {
  const wanted = [
    definition.start,
    ...(definition.cancelledBy ? [definition.cancelledBy] : []),
    ...[...answersOf(definition).values()].map(({ event }) => event),
  ];
  return wanted
    .filter((event) => !leader.hears.some((heard) => wireName(heard) === wireName(event)))
    .map((event) => ({
      rule: 'event-unheard',
      text: `${leader.name} leads ${definition.process} and does not hear ${typeOf(event)}; declare it with orchestrator()`,
    }));
}

function steps({ definition: { process, steps } }: Led, nothingToUndo: readonly CommandClass[]): Finding[] {
  return steps.flatMap(({ command, kind, back, withinMs }): Finding[] => {
    const undos = waysBackFrom(command).filter((way) => 'undoes' in way);
    const forgotten = kind === 'compensatable' && !back && undos.length > 0 && !nothingToUndo.includes(command);
    return [
      ...(forgotten
        ? [
            {
              rule: 'no-undo',
              text: `${process}: ${typeOf(command)} stands before the pivot with nothing to undo it; the contract has ${names(undos.map(typeOf))} for it`,
            },
          ]
        : []),
      ...(withinMs > 0 && withinMs < Infinity
        ? []
        : [{ rule: 'no-deadline', text: `${process}: ${typeOf(command)} may take for ever; say \`within\`` }]),
    ];
  });
}

/** Where two ask for one step, neither knows whether the other has: a cancel could undo around what still comes. */
function askedTwice({ definition, leader, reactions }: Led): Finding[] {
  const { process } = definition;
  const retriables = definition.steps.filter(({ kind }) => kind === 'retriable').map(({ command }) => command);
  const led: Record<'orchestration' | 'hybrid', CommandClass[]> = {
    orchestration: [...commandsOf(definition)],
    hybrid: commandsOf(definition).filter((command) => !retriables.includes(command)),
  };
  return Object.entries(led).flatMap(([style, commands]) =>
    reactions
      .filter(({ when, command }) => applies(when, style as Style) && commands.includes(command))
      .map(({ service, heard, command, when }) => ({
        rule: 'asked-twice',
        text: `${process}: ${service} does ${typeOf(command)} by itself on ${typeOf(heard)} (${when}), and ${leader.name} asks for it too; let it react with \`on\``,
      })),
  );
}

/** After the pivot nobody leads: each retriable needs somebody who does it by itself. Where no service dances, nothing is ever hybrid. */
function hybrid({ definition, declarations, reactions }: Led): Finding[] {
  if (reactions.every(({ when }) => when === 'always')) return [];
  const { waitsFor } = runOf(definition, 'hybrid', reactions);
  if (!waitsFor) return [];
  const owner = names(ownersOf(declarations, waitsFor)) || 'its owner';
  const before = definition.steps[definition.steps.findIndex(({ command }) => command === waitsFor) - 1];
  const text = `${definition.process}: in hybrid style nobody does ${typeOf(waitsFor)}, and it would never end; let ${owner} react with it to ${before ? typeOf(before.command.ok) : 'what comes before it'} by \`afterPivot\``;
  return [{ rule: 'hybrid-waits', text }];
}

/** However a saga is turned back, and if it is not, every style leaves the same done. */
export function endsDiffer({ definition, reactions }: Led, { ends }: Explored): Finding[] {
  const { process } = definition;
  const led = new Map<EventClass | undefined, readonly string[]>(
    [undefined, ...turnsOf(definition)].map((turn) => [turn, runOf(definition, 'orchestration', reactions, turn).remains]),
  );
  const found = new Map<string, Finding>();
  const differ = (turn: EventClass | undefined, style: string, remains: readonly string[], way = ''): void => {
    const key = `${style} ${turn?.type}`;
    const expected = led.get(turn);
    const what = expected
      ? [...only(remains, expected, style, 'orchestrated'), ...only(expected, remains, 'orchestrated', style)]
      : [`${style} it is turned back, and orchestrated nothing answers so`];
    if (found.has(key) || what.length === 0) return;
    const when = turn ? `after ${turn.type}` : 'without a refusal';
    found.set(key, { rule: 'ends-differ', text: `${process}: ${when} ${names(what)}; the styles must end alike${way}` });
  };
  const only = (some: readonly string[], others: readonly string[], here: string, there: string): string[] => {
    const more = some.filter((type) => !others.includes(type)).map((type) => type.slice(type.indexOf('.') + 1));
    return more.length > 0 ? [`${names(more)} ${more.length > 1 ? 'are' : 'is'} done ${here} and not ${there}`] : [];
  };
  for (const { steps, refusal, path } of ends) {
    const remains = [...steps.values()]
      .filter(({ command, state }) => state === 'done' && isAction(command))
      .map(({ command }) => wireName(command));
    differ(refusal, 'choreographed', remains, ` (${pathOf(path)})`);
  }
  for (const turn of led.keys()) {
    const { remains, waitsFor } = runOf(definition, 'hybrid', reactions, turn);
    if (!waitsFor) differ(turn, 'hybrid', remains);
  }
  return [...found.values()];
}

/** Only the owner of the pivot knows whether it is too late, so a request to cancel is a question to it, and a deadline makes such a request. */
export function cancels({ process, starter, requests, lines }: Dance, declarations: readonly Declaration[]): Finding[] {
  const questions = new Map(
    lines.flatMap(({ command }) =>
      waysBackFrom(command).flatMap((way) => ('cancels' in way ? [[wireName(way), { way, pivot: command }]] : [])),
    ),
  );
  return [...questions].flatMap(([name, { way, pivot }]): Finding[] => {
    const answers = lines.filter(({ heard }) => requests.includes(heard));
    const elsewhere = answers.filter(({ command }) => !questions.has(wireName(command)));
    const asking = [...new Set(answers.filter(({ command }) => wireName(command) === name).map(({ heard }) => heard))];
    const owner = names(ownersOf(declarations, pivot)) || 'its owner';
    const deadlines = declarations.find(({ name }) => name === starter)?.deadlines ?? [];
    return [
      ...elsewhere.map(({ service, heard, command }) => ({
        rule: 'cancel-elsewhere',
        text: `${process}: ${service} answers ${typeOf(heard)} with ${typeOf(command)}, and only ${owner} knows whether it is too late; let ${owner} answer it with ${typeOf(way)}, and ${service} react to ${typeOf(way.ok)}`,
      })),
      ...(asking.some((request) => deadlines.includes(request))
        ? []
        : [
            {
              rule: 'no-deadline',
              text: `${process}: choreographed, nobody asks what became of it when it takes too long; let ${starter}, which starts it, publish ${asking.length > 0 ? `${names(asking.map(typeOf))} by a deadline of its own (\`deadlines\`)` : `a request by a deadline of its own (\`deadlines\`), and ${owner} answer it with ${typeOf(way)}`}`,
            },
          ]),
    ];
  });
}

import { type EventClass, fieldsOf, type MessageClass, type Style, styles, wireName } from '@duet/message';
import { durationText } from '../duration';
import { type Knowledge, knowledgeOf, newSteps } from '../knowledge';
import { answersOf, type Definition, type SagaStep } from '../saga';
import { code, list, listOr, table } from './markdown';
import { overdue } from './overdue';
import { sameRun, type Scene, stepsFrom } from './scene';

const named = ({ type }: MessageClass): string => code(type);
const none = '–';

/** Every command of the process: who carries it out, what it answers, how it is undone, how long that may take. */
export function stepsTable({ definition, declarations, serviceOf }: Scene): string {
  const where = { compensatable: 'before the pivot', pivot: '**the pivot**', retriable: 'after the pivot' } as const;
  const answers = ({ ok, fail }: SagaStep['command']): string => (fail ? `${named(ok)}, or refused: ${named(fail)}` : named(ok));
  const rows = definition.steps.map(({ command, kind, back, withinMs }, index) => [
    String(index + 1),
    named(command),
    serviceOf(command),
    answers(command),
    back ? (kind === 'pivot' ? `none; ${named(back.command)} asks whether it is too late` : named(back.command)) : none,
    durationText(withinMs),
    where[kind],
  ]);
  const aside = declarations
    .flatMap(({ reactions }) => reactions.flatMap(({ entries }) => entries))
    .filter(({ process, when }) => process === definition.process && when === 'always')
    .map(({ heard, command }) => [
      none,
      named(command),
      serviceOf(command),
      answers(command),
      none,
      none,
      `on ${named(heard)}, in every style`,
    ]);
  const backs = definition.steps.flatMap(({ kind, command, back, withinMs }) =>
    back
      ? [
          [
            kind === 'pivot' ? '?' : '↩',
            named(back.command),
            serviceOf(back.command),
            answers(back.command),
            none,
            durationText(withinMs),
            kind === 'pivot' ? `asks whether ${named(command)} can still be prevented` : `undoes ${named(command)}`,
          ],
        ]
      : [],
  );
  const { reject } = definition;
  const end = ['✕', named(reject), serviceOf(reject), answers(reject), none, none, `ends it when everything is undone`];
  return table(['#', 'command', 'service', 'answers', 'undo', 'within', 'when'], [...rows, ...aside, ...backs, end]);
}

/** What a saga knows: the fields of its start, and what the success of each step adds. */
export function factsTable({ definition, serviceOf }: Scene): string {
  const { start, steps } = definition;
  const rows = [start, ...steps.map(({ command }) => command.ok)].flatMap((event) => {
    const fields = fieldsOf(event).filter((field) => event === start || !sagaIdOf(definition).includes(field));
    return fields.length > 0 ? [[named(event), serviceOf(event), list(fields.map(code))]] : [];
  });
  return table(['event', 'from', 'facts'], rows);
}

/** What every message of it carries: which saga it is about. */
const sagaIdOf = ({ start, reject }: Definition): string[] => fieldsOf(start).filter((field) => fieldsOf(reject).includes(field));

/** What turns it back, what is undone then, and how it ends, in each style, from running it; and that nothing does. */
export function turnsTable(scene: Scene): string {
  const { definition, turns, pivot, serviceOf } = scene;
  const alike = ledAlike(scene);
  const row = (turn?: EventClass): string[] => {
    const undos = (style: Style): string => {
      const commands = turn ? stepsFrom(scene.run(style, turn), turn).slice(1) : [];
      return commands.map(({ command }) => named(command)).join(style === 'choreography' ? ' · ' : ' → ') || none;
    };
    const asked = turn && answersOf(definition).get(wireName(turn))?.command;
    const what = turn === pivot?.back?.command.ok ? 'cancelled in time' : `${asked && named(asked)} is refused`;
    const end = turn ? definition.reject.ok : definition.steps.at(-1)?.command.ok;
    const reached = styles.every((style) => scene.run(style, turn).steps.some(({ answer }) => answer === end));
    return [
      turn ? `${what}: ${named(turn)}` : 'nothing',
      turn ? serviceOf(turn) : none,
      ...[undos('choreography'), undos('orchestration'), ...(alike ? [] : [undos('hybrid')])],
      end && reached ? named(end) : 'not in every style',
      listOr('nothing', [...new Set(styles.flatMap((style) => left(scene, style, turn)))]),
    ];
  };
  const led = alike ? ['orchestration and hybrid (in this order)'] : ['orchestration (in this order)', 'hybrid (in this order)'];
  return table(
    ['turned back by', 'at', 'choreography (at the same time)', ...led, 'ends with', 'what stays done'],
    [...turns.map(row), row()],
  );
}

/** Whether hybrid goes back as orchestration does. */
export const ledAlike = ({ turns, run }: Scene): boolean => turns.every((turn) => sameRun(run('hybrid', turn), run('orchestration', turn)));

/** The actions that a run leaves done, but for the end itself. */
const left = (scene: Scene, style: Style, turn: EventClass | undefined): string[] =>
  scene
    .run(style, turn)
    .remains.map((name) => name.slice(name.indexOf('.') + 1))
    .filter((name) => name !== scene.definition.reject.type)
    .map(code);

/** What the orchestrator does when an answer does not come in time. */
export function overdueTable({ definition }: Scene): string {
  const rows = definition.steps.map(({ command, withinMs }) => {
    const next = overdue(definition, command);
    const what = next === command || !next ? `${named(command)} again, each time after twice as long` : `${named(next)}`;
    return [named(command), durationText(withinMs), what];
  });
  return table(['not answered', 'within', 'so it asks for'], rows);
}

/** Which contracts of others each service must know, in each style. */
export function knowledgeTable({ definition, declarations, leader }: Scene): string {
  const known = styles.map((style) => knowledgeOf(declarations, definition, style));
  const told = ({ service, others }: Knowledge): string => {
    if (others.length === 0) return '0';
    return `${others.length}: ${service === leader ? 'all that it asks for, and all answers' : others.map(named).join(', ')}`;
  };
  const sum = (each: readonly Knowledge[], what: 'own' | 'others' | 'noted'): string =>
    `**${each.reduce((total, one) => total + one[what].length, 0)}**`;
  const [some = []] = known;
  const rows = some.map(({ service, own, noted }, index) => [
    `**${service}**`,
    String(own.length),
    ...known.map((each) => told(each[index]!)),
    String(noted.length),
  ]);
  const all = ['all', sum(some, 'own'), ...known.map((each) => sum(each, 'others')), sum(some, 'noted')];
  return table(['service', 'its own', ...styles.map((style) => `of others, in ${style}`), 'only noted'], [...rows, all]);
}

/** Whose files change when a step is put between two others. */
export function newStepsTable({ definition, declarations }: Scene): string {
  const files = (services: readonly string[]): string => `${services.length}: ${services.join(', ')}`;
  const rows = newSteps(declarations, definition).map(({ after, choreographed, orchestrated }) => [
    named(after),
    files(choreographed),
    files(orchestrated),
  ]);
  return table(['a step that can be undone, put after', 'tables of reactions', 'tables of sagas'], rows);
}

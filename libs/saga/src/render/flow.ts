import { type CommandClass, type EventClass, type Style, wireName } from '@duet/message';
import { durationText } from '../duration';
import type { Done } from '../run';
import { drawing, lines, nodeOf } from './mermaid';
import { overdue } from './overdue';
import { type Scene, stepsFrom } from './scene';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  /** On the way back. */
  readonly back?: true;
}
type Nodes = ReadonlyMap<string, string>;

/** Light boxes with dark letters, so that they can be read on any ground. */
const looks = [
  'classDef event fill:#eef2ff,stroke:#6366f1,color:#1e1b4b',
  'classDef step fill:#ecfdf5,stroke:#10b981,color:#064e3b',
  'classDef pivot fill:#fef3c7,stroke:#d97706,stroke-width:3px,color:#78350f',
  'classDef undo fill:#fee2e2,stroke:#ef4444,color:#7f1d1d',
];

/** Who does what on hearing which event, when nobody leads and nothing is refused. */
export function danceForward(scene: Scene): string {
  const { steps } = scene.run('choreography');
  const answering = answersIn(steps);
  const edges = steps.flatMap(({ command, heard }) => (heard ? [edge(answering, heard, command)] : []));
  return flow('LR', nodesOf(scene, steps, [scene.definition.start, ...endsOf(scene, [steps])]), [...edges, ...ending(scene, [steps])]);
}

/** Who undoes what on hearing which event. */
export function danceBackward(scene: Scene): string {
  const runs = scene.turns.map((turn) => stepsFrom(scene.run('choreography', turn), turn));
  const edges = scene.turns.flatMap((turn, index): Edge[] => {
    const [first, ...rest] = runs[index]!;
    if (!first) return [];
    const asked = first.command === scene.pivot?.back?.command && first.heard;
    return [
      ...(asked ? [{ from: nodeOf(asked), to: nodeOf(first.command), back: true as const }] : []),
      { from: nodeOf(first.command), to: nodeOf(turn), back: true },
      ...rest.map(({ command, heard }): Edge => ({ from: nodeOf(heard ?? turn), to: nodeOf(command), back: true })),
    ];
  });
  const { cancelledBy } = scene.definition;
  return flow('LR', nodesOf(scene, runs.flat(), [...(cancelledBy ? [cancelledBy] : []), ...scene.turns]), edges);
}

/** What is asked for next after which answer, where somebody leads. */
export function ledFlow(scene: Scene, style: Exclude<Style, 'choreography'>): string {
  const { definition, turns } = scene;
  const forward = scene.run(style).steps;
  const backward = turns.map((turn) => stepsFrom(scene.run(style, turn), turn));
  const late = definition.steps.flatMap(({ command, withinMs, kind }): Edge[] => {
    const next = overdue(definition, command);
    const label = `${kind === 'pivot' ? 'cancelled, or ' : ''}no answer in ${durationText(withinMs)}`;
    return next && next !== command ? [{ from: nodeOf(command), to: nodeOf(next), label, back: true }] : [];
  });
  const runs = [forward, ...backward];
  return flow('TB', nodesOf(scene, runs.flat(), [definition.start, ...endsOf(scene, runs)]), [
    ...chain(forward, definition.start),
    ...backward.flatMap((steps) => chain(steps).map((each): Edge => ({ ...each, back: true }))),
    ...late,
    ...ending(scene, runs),
  ]);
}

/** Each step after what was answered before it, or after the event that its owner heard. */
function chain(steps: readonly Done[], start?: EventClass): Edge[] {
  const answering = answersIn(steps);
  const asked = steps.filter(({ heard }) => !heard);
  return steps.flatMap((step) => {
    const cause = step.heard ?? asked[asked.indexOf(step) - 1]?.answer ?? start;
    return cause ? [edge(answering, cause, step.command)] : [];
  });
}

const answersIn = (steps: readonly Done[]) => new Map(steps.map(({ command, answer }) => [wireName(answer), command]));

/** The event stands on the arrow where its command is drawn, or else it is drawn itself. */
function edge(answering: ReadonlyMap<string, CommandClass>, cause: EventClass, command: CommandClass): Edge {
  const from = answering.get(wireName(cause));
  return from ? { from: nodeOf(from), to: nodeOf(command), label: cause.type } : { from: nodeOf(cause), to: nodeOf(command) };
}

/** The commands whose answers end it: the last one forward, and the reject. */
const endings = ({ definition: { steps, reject } }: Scene, runs: readonly (readonly Done[])[]): CommandClass[] =>
  [steps.at(-1)?.command, reject].filter((end) => end !== undefined).filter((end) => runs.flat().some(({ command }) => command === end));
const endsOf = (scene: Scene, runs: readonly (readonly Done[])[]): EventClass[] => endings(scene, runs).map(({ ok }) => ok);
const ending = (scene: Scene, runs: readonly (readonly Done[])[]): Edge[] =>
  endings(scene, runs).map((command) => ({
    from: nodeOf(command),
    to: nodeOf(command.ok),
    ...(command === scene.definition.reject && { back: true as const }),
  }));

function nodesOf({ definition, serviceOf, pivot }: Scene, steps: readonly Done[], events: readonly EventClass[]): Nodes {
  const last = definition.steps.at(-1)?.command.ok;
  const meaning = (event: EventClass): string =>
    event === last ? 'everything is done' : event === definition.reject.ok ? 'everything is undone' : `from ${serviceOf(event)}`;
  const undoing = (command: CommandClass): boolean => 'undoes' in command || 'cancels' in command || command === definition.reject;
  const kindOf = (command: CommandClass): string => (command === pivot?.command ? 'pivot' : undoing(command) ? 'undo' : 'step');
  return new Map([
    ...events.map((event) => [nodeOf(event), `(["${lines(event.type, meaning(event))}"]):::event`] as const),
    ...steps.map(({ command }) => [nodeOf(command), `["${lines(command.type, serviceOf(command))}"]:::${kindOf(command)}`] as const),
  ]);
}

const flow = (direction: 'LR' | 'TB', nodes: Nodes, edges: readonly Edge[]): string =>
  drawing(`flowchart ${direction}`, [...[...nodes].map(([id, node]) => id + node), ...new Set(edges.map(arrow)), ...looks]);

function arrow({ from, to, label, back }: Edge): string {
  const line = back ? '-.->' : '-->';
  return label === undefined ? `${from} ${line} ${to}` : `${from} ${line}|"${lines(label)}"| ${to}`;
}

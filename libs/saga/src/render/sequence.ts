import { type EventClass, type Style, wireName } from '@duet/message';
import type { Done } from '../run';
import { answersOf } from '../saga';
import { drawing, idOf, plain } from './mermaid';
import { type Scene, stepsFrom } from './scene';

/** Who says what to whom when nothing is refused. */
export function forwardSequence(scene: Scene, style: Style): string {
  const { definition, starter, leader } = scene;
  const begin = style === 'choreography' ? [] : [told(starter, leader, definition.start)];
  return sequence(scene, style, [...begin, ...scene.run(style).steps.flatMap((step) => said(scene, style, step))]);
}

/** Who says what to whom from each answer that turns it back: one block for each. */
export function backwardSequence(scene: Scene, style: Style): string {
  const blocks = scene.turns.flatMap((turn, index) => {
    const [first, ...rest] = stepsFrom(scene.run(style, turn), turn);
    if (!first) return [];
    const cancelled = first.command === scene.pivot?.back?.command;
    const label = cancelled ? `cancelled in time, ${turn.type}` : turn.type;
    const turning = cancelled ? [...request(scene, style), ...said(scene, style, first)] : refused(scene, style, first);
    const block = [...turning, ...rest.flatMap((step) => said(scene, style, step))];
    return [`${index === 0 ? 'alt' : 'else'} ${plain(label)}`, ...block.map((line) => `  ${line}`)];
  });
  return sequence(scene, style, [...blocks, 'end']);
}

function sequence({ definition, starter, leader, serviceOf, listeners }: Scene, style: Style, body: readonly string[]): string {
  const services = [
    ...(style === 'choreography' ? [] : [leader]),
    starter,
    ...definition.steps.map(({ command }) => serviceOf(command)),
    ...listeners.map(({ service }) => service),
  ];
  return drawing('sequenceDiagram', [...[...new Set(services)].map((name) => `participant ${idOf(name)} as ${plain(name)}`), ...body]);
}

/** A step: what makes its owner do it, that it does it, and its answer. */
function said(scene: Scene, style: Style, step: Done): string[] {
  const { command, heard } = step;
  const owner = scene.serviceOf(command);
  const cause = heard
    ? [told(scene.serviceOf(heard), owner, heard), over(owner, command.type)]
    : [`${idOf(scene.leader)}->>${idOf(owner)}: ${plain(command.type)}`];
  return [...cause, ...answered(scene, style, step)];
}

const refused = (scene: Scene, style: Style, step: Done): string[] => [
  over(scene.serviceOf(step.command), `${step.command.type} is refused`),
  ...answered(scene, style, step),
];

/** Where somebody leads, the wish to cancel goes there first. */
const request = ({ definition: { cancelledBy }, serviceOf, leader }: Scene, style: Style): string[] =>
  style === 'choreography' || !cancelledBy ? [] : [told(serviceOf(cancelledBy), leader, cancelledBy)];

/** Those who react to the answer are drawn with what they do. */
function answered({ definition, serviceOf, leader, listeners }: Scene, style: Style, { command, answer, heard }: Done): string[] {
  const owner = serviceOf(command);
  const awaited = style !== 'choreography' && answersOf(definition).has(wireName(answer));
  const listening = listeners.filter(({ hears }) => hears.includes(answer));
  return [
    ...(awaited ? [heard ? told(owner, leader, answer) : `${idOf(owner)}-->>${idOf(leader)}: ${plain(answer.type)}`] : []),
    ...listening.map(({ service }) => told(owner, service, answer)),
  ];
}

const over = (service: string, text: string): string => `Note over ${idOf(service)}: ${plain(text)}`;
/** An event is published once, for whoever wants it: an arrow with an open head to each who does something about it. */
const told = (from: string, to: string, event: EventClass): string => `${idOf(from)}-)${idOf(to)}: ${plain(event.type)}`;

import type { Declaration } from './declaration';
import { danceBackward, danceForward, ledFlow } from './render/flow';
import { code, list } from './render/markdown';
import { type Scene, sceneOf } from './render/scene';
import { backwardSequence, forwardSequence } from './render/sequence';
import { factsTable, knowledgeTable, ledAlike, newStepsTable, overdueTable, stepsTable, turnsTable } from './render/tables';

export { NoSuchProcess } from './render/scene';

/**
 * A process for people, as Markdown with Mermaid: what it is, its steps, how it runs in each style and how it is turned back. Everything in it comes from the declarations
 * and from running them by the rules of `verify()`, so it is as true as they are. Pure: the same declarations give the same text.
 * @throws NoSuchProcess
 */
export function render(declarations: readonly Declaration[], process: string): string {
  const scene = sceneOf(declarations, process);
  const sections = [
    introduction(scene),
    ['## Steps', stepsTable(scene), knows(scene)].join('\n\n'),
    choreographed(scene),
    orchestrated(scene),
    hybrid(scene),
    turnedBack(scene),
    coupling(scene),
  ];
  return `${sections.join('\n\n')}\n`;
}

function introduction(scene: Scene): string {
  const { definition, starter, leader, pivot, listeners, serviceOf } = scene;
  const { process, version, start, reject, steps } = definition;
  const services = [...new Set([starter, ...steps.map(({ command }) => serviceOf(command))])];
  const end = steps.at(-1)?.command.ok ?? start;
  return [
    `# ${process}`,
    `<!-- Made by npm run docs from what the services declare and from the saga's table. A test fails when it is stale: change the code, not this page. -->`,
    `${code(process)} begins when **${starter}** publishes ${code(start.type)}. It ends with ${code(end.type)} when everything is done, or with ${code(reject.ok.type)} when all that had been done is undone. ` +
      `${list(services.map((name) => `**${name}**`))} take part, each with a database of its own, so no transaction can span them: each step is a transaction of one service, and a step that was done is taken back by another, its _undo_. Such a process is called a _saga_.`,
    pivot
      ? `Up to ${code(pivot.command.type)} it can be turned back: by a refusal, by a deadline, by whoever cancels it. ${code(pivot.command.type)} is the _pivot_: once **${serviceOf(pivot.command)}** has done it there is no way back, and what comes after is asked for until it succeeds.`
      : 'Every step can be taken back.',
    `There are three _styles_; each ${start.context} says which is its own, and contracts and handlers are the same in all of them:`,
    [
      '- **choreography**: nobody leads. Each service knows which events make it act, and nobody knows the whole.',
      `- **orchestration**: **${leader}** sends each command and waits for its answer.`,
      '- **hybrid**: orchestrated as long as it can be turned back; after the pivot the services go on by themselves.',
    ].join('\n'),
    ...listeners.map(
      ({ service, hears }) => `**${service}** only listens, in every style: to ${list(hears.map(({ type }) => code(type)))}.`,
    ),
    `This is version ${version} of its table.`,
  ].join('\n\n');
}

const knows = (scene: Scene): string =>
  ['A saga knows _facts_: what began it, and what each success added. They travel with every message of it.', factsTable(scene)].join(
    '\n\n',
  );

const choreographed = (scene: Scene): string =>
  [
    '## Choreography',
    'All goes well. In a box: what is done, and by whom. On an arrow: the event on which the next one acts by itself.',
    danceForward(scene),
    'The same as a conversation. An arrow is an event that the service at its point has heard, a note is what it does about it:',
    forwardSequence(scene, 'choreography'),
    'Turned back: who undoes what (red) on which event. Everybody undoes on hearing it, at the same time.',
    danceBackward(scene),
    'The same as a conversation; each block begins with one refusal, or with the wish to cancel:',
    backwardSequence(scene, 'choreography'),
    deadline(scene),
  ].join('\n\n');

/** Who makes the promise keeps the time. */
function deadline({ declarations, pivot }: Scene): string {
  const keeping = declarations.filter(({ deadlines }) => deadlines.length > 0);
  return keeping
    .map(
      ({ name, deadlines }) =>
        `**${name}**, which began it, has one deadline for the whole of it. When it has passed, it publishes ${list(deadlines.map(({ type }) => code(type)))}, as when somebody cancels: ` +
        (pivot?.back
          ? `a question (${code(pivot.back.command.type)}) to the owner of the pivot, who alone knows whether it is too late.`
          : 'a request.'),
    )
    .join('\n\n');
}

const orchestrated = (scene: Scene): string =>
  [
    '## Orchestration',
    `In a box: what **${scene.leader}** asks for, and whom. On an arrow: the answer that leads there. Dotted: the way back.`,
    ledFlow(scene, 'orchestration'),
    'All goes well, as a conversation. An arrow is a command, a dashed arrow its answer; one with an open head is an event that is heard besides:',
    forwardSequence(scene, 'orchestration'),
    'Turned back. Each undo is asked for when the one before it was answered, the latest step first:',
    backwardSequence(scene, 'orchestration'),
    'An answer that does not come in time:',
    overdueTable(scene),
    'A step that is given up so is undone, too, since nobody knows whether it was done: its undo works before, after and without it. Undos are asked for again until they succeed.',
    ...tooLate(scene),
  ].join('\n\n');

/** The other answer to the question. */
function tooLate({ pivot, serviceOf }: Scene): string[] {
  const question = pivot?.back?.command;
  if (!question?.fail) return [];
  return [
    `Once ${code(pivot!.command.type)} has been asked for, only **${serviceOf(pivot!.command)}** knows whether there is still a way back. Where it answers ${code(question.type)} with ${code(question.fail.type)} it is too late, in every style, and the saga goes forward.`,
  ];
}

function hybrid(scene: Scene): string {
  const back = ledAlike(scene)
    ? 'Until the pivot, and on the way back, it is orchestrated: everything above holds for it.'
    : ['It is turned back:', backwardSequence(scene, 'hybrid')].join('\n\n');
  return ['## Hybrid', `${back} After the pivot **${scene.leader}** only watches that it ends.`, forwardSequence(scene, 'hybrid')].join(
    '\n\n',
  );
}

const turnedBack = (scene: Scene): string =>
  [
    '## Where it is turned back, and what is undone',
    `From running each style with each answer that turns it back. Choreographed undos have no order among each other: \`verify()\` goes through all of them, and finds it where two styles would leave different things done.`,
    turnsTable(scene),
  ].join('\n\n');

const coupling = (scene: Scene): string =>
  [
    '## Who knows which contracts',
    'Messages of others that a service must know to do its part, as its declaration has them. _Only noted_: messages of others that it shows or mails about, in every style.',
    knowledgeTable(scene),
    "What changes for a new step, beside its own contract, its owner and what is shown of it, which are the same in every style. Choreographed, every table changes that led from the step before to the one after, and every one that undoes or ends on a refusal from there on; orchestrated, the saga's.",
    newStepsTable(scene),
  ].join('\n\n');

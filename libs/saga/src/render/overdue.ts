import { type CommandClass, wireName } from '@duet/message';
import { decide } from '../decide';
import type { Input } from '../instance';
import { withoutBuilders } from '../run';
import type { Definition } from '../saga';

/** What the orchestrator asks for when a step has not been answered in time; the step itself, where it is asked for again. */
export function overdue(definition: Definition, late: CommandClass): CommandClass | undefined {
  const before = definition.steps.slice(
    0,
    definition.steps.findIndex(({ command }) => command === late),
  );
  const history: Input[] = [
    { is: 'started', at: 0, saga: 'a saga', style: 'orchestration', facts: {} },
    ...before.map(({ command }): Input => ({ is: 'heard', at: 0, type: wireName(command.ok), body: {} })),
    { is: 'due', at: Number.MAX_SAFE_INTEGER },
  ];
  const silent = withoutBuilders(definition);
  const decisions = history.reduce<ReturnType<typeof decide>[]>((all, input) => [...all, decide(silent, all.at(-1)?.instance, input)], []);
  return decisions.at(-1)?.commands[0]?.command;
}

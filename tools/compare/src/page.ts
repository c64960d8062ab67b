import type { Style } from '@duet/message';
import { durationText } from '@duet/saga';
import { declarations } from '@duet/system';
import { declaredOf, definition } from './declared';
import { byStyle, type ByStyle, clients, columns, type Fate, type Measured, type Outage, type Told, window } from './figures';

/** How to choose, and every figure to choose by: a page in Markdown. `cores`: of the machine that it was measured on. */
export const choosing = (measured: Measured, cores: number): string =>
  `${[
    '# Which style for which process',
    '<!-- Made by npm run compare. Change tools/compare, not this page. -->',
    ...advice,
    '## In figures',
    `From \`npm run compare\`, on a machine with ${cores} cores that ran everything: services, broker, database and the load. The process is [${definition.process}](processes/${definition.process}.md), in each style the same contracts, handlers and services.`,
    figures(measured),
    '## When a service is down',
    ...resilience(measured),
    '## What is visible',
    ...visibility(measured.told),
    '## How it was counted',
    counted,
  ].join('\n\n')}\n`;

const advice = [
  'What follows in this section is judgement. The rest of the page is measured.',
  '**Choreography** fits a process that is short, whose steps seldom change, and whose services belong to teams that must not wait for one another. Nothing stands in the middle, so nothing in the middle can be down, and an order makes the fewest messages. Its price: nobody holds the whole. A service knows the refusals of those that come after it; a step that is added late changes the tables of all who come before; what an order waits for has to be gathered from what it has left behind; and there is one deadline, for the whole of it.',
  '**Orchestration** fits a process that is long, that changes, whose undos must come in an order, or about which people ask. The whole is one table on one screen, each step has a deadline of its own, and one place says what an order waits for, and lets a person act. Its price: more messages, on a longer way; one more service, which knows the contracts of all; and while it is down, orders wait.',
  '**Hybrid** fits where money and goods must agree up to one point, and what comes after cannot be undone anyway. It is led up to the pivot and goes on by itself after it, so an orchestrator that dies holds up nothing that was promised. Its price: both ways must be understood, and after the pivot nobody asks again.',
  'In every style each step is done once, an undo works before, after and without its action, and the same orders end with the same stock, money and shipments: tests hold the styles to that, so the choice can be made by the figures below, for each order anew.',
];

type Row = readonly [about: string, what: string, of: (style: Style) => string];

function figures({ confirmed, rejected, alone, busy, outages, told }: Measured): string {
  const declared = byStyle(declaredOf);
  const compared = (times: ByStyle<number>) => (style: Style) =>
    `${times[style].toFixed(0)} ms (${(times[style] / times.choreography).toFixed(2)})`;
  const names = (each: readonly { service: string; lines: number }[]): string =>
    each.map(({ service, lines }) => `${service} ${lines}`).join(', ');
  const waiting = (style: Style): string => waitsIn(outages, style).join(', ') || 'none';
  const rows: Row[] = [
    ['control flow', 'messages of an order that is confirmed', (style) => count(confirmed[style].messages)],
    ['', 'messages of an order that is refused at the pivot', (style) => count(rejected[style].messages)],
    ['', 'hops from its first message to its end, confirmed', (style) => count(confirmed[style].hops)],
    ['', 'hops from its first message to its end, refused at the pivot', (style) => count(rejected[style].hops)],
    ['', 'from POST to the end (median, ratio), one order at a time', compared(alone)],
    ['', `from POST to the end (median, ratio), ${clients} at a time`, compared(busy)],
    ['decisions', 'where it is decided what comes next: lines', (style) => names(declared[style].tables)],
    [
      'coupling',
      'messages of others that must be known, in sum',
      (style) => count(sum(declared[style].knowledge.map(({ others }) => others.length))),
    ],
    ...declarations.flatMap(({ name }): Row[] => {
      const known = (style: Style): number => declared[style].knowledge.find(({ service }) => service === name)?.others.length ?? 0;
      return columns.some((style) => known(style) > 0) ? [['', `… by ${name}`, (style) => count(known(style))]] : [];
    }),
    [
      'visibility',
      'whom to ask what an order waits for',
      (style) => (told[style].orchestrator === undefined ? 'its history at order' : 'orchestrator'),
    ],
    ['resilience', 'services that hold up new orders while they are down', waiting],
    ['complexity', 'files to read to know the whole', (style) => count(declared[style].tables.length)],
    ['', 'of these, files that a new step changes, by its place', (style) => declared[style].newStep.join(', ')],
    ['', 'services that must run', (style) => count(declared[style].needed.length)],
  ];
  return table(
    ['', '', ...columns],
    rows.map(([about, what, of]) => [about === '' ? '' : `**${about}**`, what, ...columns.map(of)]),
  );
}

/** Services without which an order of this style that is placed does not end. */
const waitsIn = (outages: readonly Outage[], style: Style): string[] =>
  outages.filter(({ placed }) => placed[style].is !== 'ended').map(({ service }) => service);

function resilience({ outages, survivals }: Measured): string[] {
  const rows = (of: (outage: Outage) => ByStyle<Fate>): string =>
    table(
      ['down', ...columns],
      outages.map((outage) => [`**${outage.service}**`, ...columns.map((style) => text(of(outage)[style]))]),
    );
  return [
    `Each was killed (SIGKILL), left dead for up to ${durationText(window)}, and started again. Orders that were placed while it was down:`,
    rows(({ placed }) => placed),
    'Orders that were under way: the pivot had been asked for and had not been carried out when the service died.',
    rows(({ underWay }) => underWay),
    '_Goes on_: it ended while the service was down. _Waits_: it had not ended, with the message after which it stood; then how it ended when the service was back. An orchestrated order has a deadline for each step, so one that waits for longer than its step may take is turned back.',
    'With two replicas of it, of which one was killed and stayed dead, every order went on by itself: seconds from the death until the last of the orders that were placed just before and just after it had ended. A group takes ten seconds to give up a member that says nothing any more; the orders whose partitions it had wait for that.',
    table(
      ['one of two dies', ...columns],
      survivals.map(({ service, seconds }) => [`**${service}**`, ...columns.map((style) => seconds[style].toFixed(1))]),
    ),
  ];
}

function visibility(told: ByStyle<Told>): string[] {
  const rows = columns.map((style) => {
    const { history, orchestrator } = told[style];
    return [`**${style}**`, history.map((type) => `\`${type}\``).join(', ') || 'nothing', orchestrator ?? 'does not know the order (404)'];
  });
  return [
    'Asked about an order that was placed while payment was down, before it was started again:',
    table(['', 'order: `GET /orders/<id>?expand=history`', 'orchestrator: `GET /sagas/<id>`, what it waits for'], rows),
    "The orchestrator also says since when and until when, what a cancel would undo now, and what everybody has done to the order; it lists orders by state, age and step. Of a choreographed order there is what has happened; who is late has to be told from the services' tables.",
  ];
}

function text(fate: Fate): string {
  if (fate.is === 'not accepted') return 'is not taken';
  return fate.is === 'ended' ? `goes on: \`${fate.as}\`` : `waits after \`${fate.after}\`, then \`${fate.as}\``;
}

const counted = [
  '- **Messages**: what the topics of all services have grown by, for ten orders each. **Hops**: `ce_hop` of the message that ended the order.',
  '- **Latency**: from POST to its answer with `Prefer: wait`; the styles take turns, order by order, or slice by slice. In brackets the ratio to choreography: the times themselves are those of one machine.',
  "- **Lines** (decisions): lines of the services' tables of reactions that apply in that style, and of the saga's table; a reaction to several events counts once for each. **Files to read**: those tables.",
  "- **Messages of others that must be known**: events and commands of another service that a service's declaration names to do its part in that style, refusals and ways back too. What is only noted, for mails or a projection, is left out; it is the same in every style.",
  '- **A new step**: for each place before the pivot, first to last, the existing tables that must change when a step that can be undone is put there: the one that led on from the step before, and each that reacts to a refusal from there on. The new step’s own contract, handler and table come on top, in every style. A test puts such a step at each place, and `verify()` finds a fault as soon as one of these changes is left out.',
].join('\n');

const count = (value: number): string => String(Math.round(value * 10) / 10);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

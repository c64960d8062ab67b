import fc from 'fast-check';
import * as b from './business.fixture';
import type { Declaration } from './declaration';
import { orchestrator } from './orchestrator';
import { render } from './render';
import { code } from './render/markdown';
import { idOf, plain } from './render/mermaid';
import type { Definition } from './saga';

type Changes = Partial<Record<keyof typeof b.declared, Partial<Declaration>>>;
/** The page of the business, but for what is changed. */
const page = (changes: Changes = {}, definition: Definition = b.placeOrder): string =>
  render(
    [
      ...Object.values(b.declared).map((declaration) => ({ ...declaration, ...changes[declaration.name as keyof Changes] })),
      orchestrator({ name: 'orchestrator', sagas: [definition] }),
    ],
    'place-order',
  );
/** The cells of the first row of a table that has this text. */
const row = (text: string, inPage = page()): string[] =>
  inPage
    .split('\n')
    .find((line) => line.startsWith('|') && line.includes(text))!
    .split(' | ')
    .map((cell) => cell.replace(/^\| | \|$/g, ''));
const section = (title: string, inPage = page()): string => inPage.split('\n## ').find((part) => part.startsWith(title))!;
const drawings = (text: string): string[] => [...text.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, source]) => source!);

describe('the page of a process', () => {
  test('says of each step who does it, what it answers, its undo, its deadline, and where the pivot is', () => {
    const steps = section('Steps');
    expect(row('| 2 |', steps)).toEqual([
      ...['2', '`ProcessPayment`', 'payment', '`PaymentProcessed`, or refused: `PaymentFailed`'],
      ...['`RefundPayment`', '30 s', 'before the pivot'],
    ]);
    expect(row('| 3 |', steps).at(-1)).toBe('**the pivot**');
    expect(row('| 4 |', steps).slice(-3)).toEqual(['–', '2 min', 'after the pivot']);
  });

  test('draws both styles forward and back, and hybrid forward, where it differs', () => {
    expect(drawings(section('Choreography')).map((source) => source.split('\n')[0])).toEqual([
      ...['flowchart LR', 'sequenceDiagram', 'flowchart LR', 'sequenceDiagram'],
    ]);
    expect(drawings(section('Orchestration')).map((source) => source.split('\n')[0])).toEqual([
      ...['flowchart TB', 'sequenceDiagram', 'sequenceDiagram'],
    ]);
    expect(drawings(section('Hybrid'))).toHaveLength(1);
  });

  test('nobody leads in the drawings of choreography', () => {
    for (const source of drawings(section('Choreography'))) expect(source).not.toContain('orchestrator');
  });

  test('an orchestrated undo follows the answer to the one before it, a choreographed one the refusal itself', () => {
    const [orchestrated] = drawings(section('Orchestration'));
    expect(orchestrated).toContain('payment_RefundPayment -.->|"PaymentRefunded"| inventory_ReleaseStock');
    expect(drawings(section('Choreography'))[2]).toContain('shipping_ShipmentFailed -.-> inventory_ReleaseStock');
  });

  test('a conversation has a block for each answer that turns it back', () => {
    const blocks = drawings(section('Orchestration'))[2]!.match(/^ {2}(alt|else) .*$/gm);
    expect(blocks).toEqual([
      ...['  alt StockRejected', '  else PaymentFailed', '  else ShipmentFailed', '  else cancelled in time, ShipmentCancelled'],
    ]);
  });

  test('tells which undos follow a refusal, in every style', () => {
    expect(row('`ShipOrder` is refused').slice(2)).toEqual([
      ...[
        '`RejectOrder` · `ReleaseStock` · `RefundPayment`',
        '`RefundPayment` → `ReleaseStock` → `RejectOrder`',
        '`OrderRejected`',
        'nothing',
      ],
    ]);
  });

  test('tells it from running the services: where one of them forgets to refund, the money stays', () => {
    const forgetful = page({ payment: { reactions: [b.nothing.on(b.StockReserved, b.ProcessPayment, { with: b.pay })] } });
    expect(row('`ShipOrder` is refused', forgetful).slice(2)).toEqual([
      ...['`RejectOrder` · `ReleaseStock`', '`RefundPayment` → `ReleaseStock` → `RejectOrder`', '`OrderRejected`', '`ProcessPayment`'],
    ]);
  });

  test('tells what the orchestrator asks for when an answer is late, by its own decision', () => {
    const late = section('Orchestration');
    expect(row('| `ProcessPayment` |', late)).toEqual(['`ProcessPayment`', '30 s', '`RefundPayment`']);
    expect(row('| `ShipOrder` |', late)[2]).toBe('`CancelShipment`');
    expect(row('| `ConfirmOrder` |', late)[2]).toContain('again');
  });

  test('where hybrid goes back in another way than orchestration, it says so', () => {
    expect(row('turned back by')).toContain('orchestration and hybrid (in this order)');
    const differing = page({ inventory: { reactions: [b.inventoryReactions.afterPivot(b.PaymentRefunded, b.IssueStock)] } });
    expect(row('turned back by', differing)).toContain('hybrid (in this order)');
    expect(drawings(section('Hybrid', differing))).toHaveLength(2);
  });

  test('is the same text for the same declarations', () => {
    expect(page()).toBe(page());
  });

  test('says so where nobody leads the process', () => {
    expect(() => render(Object.values(b.declared), 'place-order')).toThrow('no service leads a process "place-order"');
  });
});

describe('what Mermaid must not take for its own', () => {
  test('any text, as a label: its signs become entities', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plain(text)).toMatch(/^(?:[\p{L}\p{N} .,?'’()→·–_-]|#\d+;)*$/u);
      }),
    );
  });
  test('a quote, a semicolon, a bracket and a line break', () => {
    expect(plain('a "b"; <c>\n#d')).toBe('a #34;b#34;#59; #60;c#62; #35;d');
  });
  test.each(['end', 'End', 'note', 'graph', 'style', '1st', 'a-b'])('a service that is called %s', (name) => {
    expect(idOf(name)).toMatch(/^(n_\w+|a_b)$/);
  });
  test('a name is as it is where nothing is wrong with it', () => {
    expect(idOf('inventory')).toBe('inventory');
    expect(code('ReserveStock')).toBe('`ReserveStock`');
  });
});

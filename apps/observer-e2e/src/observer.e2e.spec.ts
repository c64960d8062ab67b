import { fate } from '@duet/testbed';
import { styles } from '@duet/message';
import { Observed, type Rows } from './observed.fixture';

jest.setTimeout(120_000);

describe('an observer beside the running system', () => {
  let system: Observed;
  beforeAll(async () => {
    system = await Observed.start();
  });
  afterAll(() => system.stop());

  it.each(styles)('sees an order to its end, with its steps: %s', async (style) => {
    const id = await system.place({ style, customerId: `c-${style}` }, 20);
    const saga = await system.sees(id, ({ state }) => state === 'completed', 'the order is completed');
    expect(saga).toMatchObject({ concerns: [], customer: `c-${style}`, remaining: [], notUndone: [] });
    expect(saga.text).toMatch(/^completed at \d\d:\d\d:\d\d, after /);
    const forward = saga.steps.filter((step) => step.forward);
    expect(forward.map(({ command }) => command).filter((command) => command !== 'inventory.IssueStock')).toEqual([
      'inventory.ReserveStock',
      'payment.ProcessPayment',
      'shipping.ShipOrder',
      'order.ConfirmOrder',
    ]);
    expect(new Set(forward.map(({ state }) => state))).toEqual(new Set(['done']));
    expect(saga.log[0]).toMatchObject({ type: 'order.OrderPlaced', service: 'order', hop: 0 });
    const ids = new Set(saga.log.map((message) => message.id));
    for (const { cause } of saga.log.slice(1)) expect(ids).toContain(cause);
  });

  it.each(styles)('sees what was refused, and that all that was done is undone: %s', async (style) => {
    const id = await system.place({ style, ...fate.noCarrier }, 20);
    const saga = await system.sees(id, ({ state }) => state === 'compensated', 'the order is turned back');
    expect(saga).toMatchObject({ concerns: [], reason: { code: 'no-carrier' }, notUndone: [] });
    const states = Object.fromEntries(saga.steps.map(({ command, state }) => [command, state]));
    expect(states).toMatchObject({
      'inventory.ReserveStock': 'undone',
      'payment.ProcessPayment': 'undone',
      'shipping.ShipOrder': 'refused',
      'order.RejectOrder': 'done',
    });
    const { body } = await system.get<Rows>('/api/sagas?state=compensated&reason=no-carrier');
    expect(body.items.map((row) => row.id)).toContain(id);
  });
});

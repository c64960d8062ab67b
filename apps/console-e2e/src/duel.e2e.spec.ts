import { openBrowser } from '@duet/testbed';
import type { Browser, Page } from 'playwright-core';
import { openPage, violations } from './reader.fixture';
import { Shown } from './shown.fixture';

jest.setTimeout(120_000);

describe('the duel, the flow and the shop beside the running system', () => {
  let system: Shown;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    system = await Shown.start();
    page = await openPage(browser, system.observer.url, complaints);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  const side = (style: string) => page.getByRole('region', { name: style, exact: true });
  /** What a service has before, at the step, at the end, and what it says itself. */
  const booksIn = (style: string, service: string) => side(style).getByRole('row', { name: service }).getByRole('cell').allInnerTexts();
  const noticeIn = (style: string) => side(style).locator('.duel-notice').innerText();

  it('places the same order in all styles, and shows each to its end', async () => {
    await page.goto('/duel');
    await page.getByLabel('Outcome').selectOption('all goes well');
    await page.getByLabel('hybrid').check();
    await page.getByRole('button', { name: 'Run all three' }).click();
    await page.getByText('it has ended: go through it again').waitFor();
    for (const style of ['choreography', 'orchestration', 'hybrid']) await side(style).getByText('completed').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('goes back and forth over a declined card, and says in each style who acted because of what', async () => {
    await page.goto('/duel');
    await page.getByLabel('Product').selectOption({ value: 'limited-cup' });
    await page.getByLabel('Outcome').selectOption('card declined');
    await page.getByRole('button', { name: 'Run both' }).click();
    await page.getByText('it has ended: go through it again').waitFor();
    await page.locator('h1').click();
    await page.keyboard.press('Home');
    await page.waitForURL(/&step=1$/);
    expect(await noticeIn('choreography')).toMatch(/^order says that it happened: OrderPlaced\. It asks nobody for anything/);
    expect(await noticeIn('orchestration')).toMatch(/orchestrator hears it, and leads from here\.$/);
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/&step=2$/);
    expect(await noticeIn('orchestration')).toMatch(/^orchestrator asks inventory for ReserveStock/);
    expect(await noticeIn('choreography')).toBe('Nothing is said here in this step.');
    const steps = Number((await page.getByLabel('Step', { exact: true }).first().innerText()).split('/')[1]);
    const told: Record<string, string[]> = { choreography: [], orchestration: [] };
    const reserved: string[][] = [];
    for (let step = 3; step <= steps; step++) {
      await page.keyboard.press('ArrowRight');
      await page.waitForURL(new RegExp(`&step=${step}$`));
      for (const [style, notices] of Object.entries(told)) notices.push(await noticeIn(style));
      if (told['orchestration']!.at(-1)!.startsWith('inventory said StockReserved'))
        reserved.push(await booksIn('choreography', 'inventory'), await booksIn('orchestration', 'inventory'));
    }
    expect(reserved).toHaveLength(2);
    for (const stock of reserved)
      expect(stock).toEqual(['10 available\n0 reserved', '8 available\n2 reserved', '10 available\n0 reserved', '10 available']);
    await page
      .getByText(
        /^Both end equal, by .*: the order is rejected, no stock taken, no money kept, nothing shipped\. inventory has 10 available, as before\.$/,
      )
      .waitFor();
    expect(told['choreography']).toContain(
      'inventory took ReserveStock back (StockReleased) because it heard PaymentFailed; nobody told it to.',
    );
    expect(told['orchestration']).toContain('inventory took ReserveStock back (StockReleased) because orchestrator told it to.');
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(new RegExp(`&step=${steps - 1}$`));
    const shared = page.url();
    await page.goto('/');
    await page.goto(shared);
    await page.getByText(`${steps - 1} / ${steps}`).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it.each([
    [
      'no carrier',
      'compensated',
      /^Both end equal, .*: the order is rejected, no stock taken, 39\.98 charged and refunded, nothing shipped/,
    ],
    ['out of stock', 'compensated', /^Both end equal, .*: the order is rejected, no stock taken, no money kept, nothing shipped/],
    ['slow card', 'completed', /^Both end equal, .*: the order is confirmed, 2 pieces taken, 39\.98 kept, shipped/],
    ['review', 'parked', undefined],
  ])('makes the outcome that is chosen come true: %s', async (outcome, state, balance) => {
    await page.goto('/duel');
    await page.getByLabel('Outcome').selectOption(outcome);
    await page.getByRole('button', { name: 'Run both' }).click();
    for (const style of ['choreography', 'orchestration']) await side(style).locator('.row .state', { hasText: state }).first().waitFor();
    if (balance) await page.getByText(balance).waitFor();
  });

  it('follows an order of the shop to its end: a country that no carrier serves', async () => {
    await page.goto('/order');
    await page.getByLabel('Country').selectOption('AQ (Antarctica)');
    await page.getByText('is served by no carrier').waitFor();
    await page.getByRole('button', { name: /^Place the order ·/ }).click();
    await page.waitForURL(/\/order\?id=/);
    const order = page.getByRole('region', { name: 'The order' });
    await order.getByText('rejected').waitFor();
    await order.getByText('No carrier serves AQ.', { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await order.getByRole('link', { name: 'See the whole saga' }).click();
    await page.waitForURL(/\/sagas\/place-order\//);
  });

  it('shows the flow of a style as declared and as it went, in a picture and in a table, narrowed by the keyboard', async () => {
    await system.place({ style: 'choreography' }, 20);
    await page.goto('/flow?process=place-order');
    const table = page.getByRole('region', { name: 'Messages from service to service' });
    await table.getByRole('row', { name: /inventory StockReserved event payment [1-9]\d* .* as declared/ }).waitFor();
    await table.getByRole('row', { name: /shipping ShipmentCancelled event, question order 0 .*never acted on/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('style').selectOption('orchestration');
    await page.waitForURL(/style=orchestration/);
    await page.locator('.react-flow__node[data-id=payment]').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/service=payment/);
    await table.getByRole('row', { name: /orchestrator ProcessPayment command payment/ }).waitFor();
    expect(await table.getByRole('row', { name: /ReserveStock/ }).count()).toBe(0);
  });
});

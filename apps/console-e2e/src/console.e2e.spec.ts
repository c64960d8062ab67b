import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { maxHops } from '@duet/message';
import { Foreigners } from '@duet/probe';
import { fate, openBrowser, runningService, workspaceRoot } from '@duet/testbed';
import type { Browser, Page } from 'playwright-core';
import { openPage, violations } from './reader.fixture';
import { Shown } from './shown.fixture';

jest.setTimeout(120_000);

describe('the console beside the running system', () => {
  let system: Shown;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    system = await Shown.start();
    page = await openPage(browser, system.observer.url, complaints, 'reader');
  });
  afterAll(async () => {
    await browser?.close();
    await Foreigners.stop();
    await system?.stop();
  });
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  const see = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const sagaPath = (id: string) => `/sagas/place-order/${id}`;

  it('has types of its client that the services still have', async () => {
    const args = [resolve(workspaceRoot, 'tools/client/client.mjs'), '--check', ...system.urls];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    await once(child, 'close');
    expect({ output, code: child.exitCode }).toEqual({ output: '', code: 0 });
  });

  it('says on its first page how to begin, and then shows what happens as it happens', async () => {
    await page.goto('/');
    await see('Nothing has happened in the last hour');
    await see(/^live$/);
    const id = await system.place({ style: 'orchestration' }, 20);
    const tape = page.getByRole('region', { name: 'Messages, the newest first' });
    await tape.getByText('OrderConfirmed').waitFor();
    await tape
      .getByRole('link', { name: id.slice(0, 8) })
      .first()
      .waitFor();
    await see('Where the time goes');
    await page.getByRole('img', { name: /^orders, by minute: [1-9]/ }).waitFor();
    await page.getByRole('img', { name: /^revenue, by minute: .* CHF in all/ }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('finds sagas by what is typed, has it in the address, and opens one by the keyboard alone', async () => {
    const id = await system.place({ style: 'choreography', ...fate.noCarrier, customerId: 'c-keys' }, 20);
    await system.place({ style: 'hybrid' }, 20);
    await page.goto('/sagas');
    await page.getByRole('link', { name: id.slice(0, 8) }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.locator('h1').click();
    await page.keyboard.press('/');
    await page.keyboard.type('reason:no-carrier c-keys');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sagas?reason=no-carrier&customer=c-keys');
    await page.getByRole('link', { name: id.slice(0, 8) }).waitFor();
    await page.locator('h1').click();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${sagaPath(id)}`);
    await see(/turned back at .*No carrier serves AQ/);
  });

  it.each(['lanes', 'sequence', 'flow', 'messages', 'ledger'])('shows a saga that was turned back: %s', async (tab) => {
    const id = await system.place({ style: 'orchestration', ...fate.cardDeclined }, 20);
    await page.goto(`${sagaPath(id)}?tab=${tab}`);
    const words = {
      lanes: 'PaymentFailed · payment-declined',
      sequence: 'ReleaseStock',
      flow: '┄ ReleaseStock: done',
      messages: 'StockReleased',
      ledger: /0 reserved/,
    };
    await see(words[tab as keyof typeof words]);
    await see('Copy as Mermaid');
    expect(await violations(page)).toEqual([]);
  });

  it('names the silent service, says what a cancel would do, and shows it done without being loaded again', async () => {
    system.service('shipping').process.pause();
    const id = await system.place({ style: 'choreography' });
    await page.goto(sagaPath(id));
    await see('ShipOrder …');
    await page
      .getByText(/waiting for.*shipping/)
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('CancelShipment: the question whether it is too late').waitFor();
    await dialog.getByText('RefundPayment', { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
    await dialog.getByText(/asked for/).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    system.service('shipping').process.resume();
    await see(/^(completed|turned back) at/);
  });

  it('shows a loop of two services that answer each other: what goes round, where it was stopped, and its lineage', async () => {
    const foreigners = await Foreigners.start(system.prefix, ['ping', 'pong']);
    const [process, saga] = ['ping-pong', randomUUID()];
    await foreigners.react('pong', { heard: 'ping.Pinged', says: 'pong.Ponged' });
    await foreigners.react('ping', { heard: 'pong.Ponged', says: 'ping.Pinged' });
    await foreigners.say({ type: 'ping.Pinged', process, saga });
    await page.goto('/sagas?state=loop');
    await page.getByRole('link', { name: saga.slice(0, 8) }).click();
    const loop = page.getByRole('region', { name: 'Loop' });
    await see(`loop: ping.Pinged → pong.Ponged → ping.Pinged, 33 times; stopped at hop ${maxHops + 1}`);
    await loop.getByText(`Its lineage: ${maxHops + 2} messages`).click();
    expect(await loop.getByRole('listitem').count()).toBe(maxHops + 2);
    await loop
      .getByRole('listitem')
      .last()
      .getByText(/Ponged of|Pinged of/)
      .waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('shows what is parked with its bytes, tells what a redrive came to, and settles it to the end', async () => {
    const id = await system.place({ style: 'choreography', ...fate.cardReview });
    await page.goto('/parked');
    await page.getByRole('link', { name: 'ProcessPayment' }).click();
    await see('"orderId"');
    await see(/its saga/);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Redrive …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('payment tries ProcessPayment again now').waitFor();
    await dialog.getByRole('button', { name: 'Redrive', exact: true }).click();
    await dialog.getByText(/failed again and waits for a person/).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'Drop …' }).click();
    await dialog.getByText(/Not now: its outside call was made/).waitFor();
    await dialog.getByRole('button', { name: 'Leave it' }).click();
    await page.getByRole('button', { name: 'Settle …' }).click();
    await dialog
      .getByRole('textbox')
      .first()
      .fill(JSON.stringify({ orderId: id, paymentId: 'by-phone' }));
    await dialog.getByRole('textbox').last().fill('the provider has charged it by hand');
    await dialog.getByRole('button', { name: 'Settle', exact: true }).click();
    await dialog.getByText(/payment.ProcessPayment is done/).waitFor();
    await page.goto(sagaPath(id));
    await see(/^completed at/);
  });

  it('reaches every page from the palette, and shows its keys', async () => {
    await page.goto('/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^A page/ }).waitFor();
    await page.keyboard.type('person');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/parked');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('go anywhere, do anything').waitFor();
  });

  it('says what failed where there is no such page or saga', async () => {
    await page.goto('/nowhere');
    await see('There is no such page');
    expect(await violations(page)).toEqual([]);
    await page.goto('/sagas/place-order/nobody');
    await see(/No message of a saga/);
    expect(await violations(page)).toEqual([]);
  });

  it('passes on to named services only, and their problems as they are', async () => {
    const ask = (method: string, path: string) => system.observer.request<{ code?: string; detail: string }>(method, path);
    expect(await ask('GET', '/services/nobody/orders')).toMatchObject({ status: 404 });
    expect(await ask('POST', '/services/orchestrator/sagas/x/pause')).toMatchObject({ status: 400, body: { code: 'no-actor' } });
    expect(await ask('GET', '/services/order/products')).toMatchObject({ status: 200 });
    expect(await ask('GET', '/api/nothing')).toMatchObject({ status: 404 });
  });
});

it('an observer without a console is an observer', async () => {
  const observer = await runningService({ app: 'observer', env: { LOG_LEVEL: 'warn', CONSOLE_DIR: '/nowhere' }, deadline: 60_000 });
  expect(await observer.request('GET', '/')).toMatchObject({ status: 404 });
  expect(await observer.request('GET', '/api/overview')).toMatchObject({ status: 200 });
  await observer.stop();
});

import { openBrowser, until } from '@duet/testbed';
import type { Browser, Page } from 'playwright-core';
import { openPage, violations } from './reader.fixture';
import { Shown } from './shown.fixture';

jest.setTimeout(120_000);

describe('what people do, beside the running system', () => {
  let system: Shown;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    // What fails is parked soon, and what is parked stays so until somebody comes.
    system = await Shown.start({ settings: { RETRY_AFTER: '100ms', PARK_AFTER: '3' }, without: ['analytics'] });
    page = await openPage(browser, system.observer.url, complaints);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  const dialog = () => page.getByRole('dialog');
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  /** Says first what will happen, then does it, and tells what did. */
  const operate = async (name: string, first: string | RegExp, then: string | RegExp): Promise<void> => {
    await press(`${name} …`);
    await dialog().getByText(first).first().waitFor();
    await dialog().getByRole('button', { name, exact: true }).click();
    await dialog().getByText(then).waitFor();
    await dialog().getByRole('button', { name: 'Close' }).last().click();
  };
  const ledStatus = async (id: string): Promise<string> =>
    (await system.service('orchestrator').request<{ status: string }>('GET', `/sagas/${id}`)).body.status;
  const ledStep = async (id: string): Promise<string | undefined> =>
    (await system.service('orchestrator').request<{ step?: string }>('GET', `/sagas/${id}`)).body.step;
  const sagaPath = (id: string) => `/sagas/place-order/${id}`;
  let redriven: string;

  it('begins with nothing to do, and nothing left', async () => {
    await page.goto('/operations');
    await page.getByText('Nothing needs anybody').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto('/operations?show=residue');
    await page.getByText('Nothing is left').waitFor();
  });

  it('redrives to its end what waited for somebody who has come back, once it is said who does it', async () => {
    await system.outside.kill();
    redriven = await system.place({ style: 'choreography' });
    await page.goto('/operations');
    await page.getByRole('link', { name: `operate ${redriven.slice(0, 8)}` }).click();
    await page.waitForURL(/saga=/);
    const operated = page.getByRole('region', { name: 'What is operated' });
    await operated.getByRole('link', { name: 'redrive, settle or drop it' }).click();
    await page.waitForURL(/held=/);
    await system.outside.restart();
    await press('Redrive …');
    await dialog().getByText('payment tries ProcessPayment again now').waitFor();
    const redrive = dialog().getByRole('button', { name: 'Redrive', exact: true });
    expect(await redrive.isDisabled()).toBe(true);
    await dialog()
      .getByLabel(/^Who are you\?/)
      .fill('Zoë');
    expect(await violations(page)).toEqual([]);
    await redrive.click();
    await dialog()
      .getByText(/payment\.ProcessPayment is done/)
      .waitFor();
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await operated.getByText(/^completed at/).waitFor();
    await page.getByRole('button', { name: 'you are Zoë' }).waitFor();
  });

  it('pauses, cancels and resumes, and says what was done by hand where an undo cannot be done', async () => {
    system.service('payment').process.pause();
    const id = await system.place({ style: 'orchestration' });
    await until(async () => (await ledStep(id)) === 'payment.ProcessPayment', { what: 'payment is asked' });
    await page.goto(sagaPath(id));
    await operate('Pause', /asks for nothing more until it is resumed/, /the saga is paused/);
    system.service('payment').process.resume();
    await until(async () => (await ledStep(id)) === 'shipping.ShipOrder', { what: 'it is paused before the shipment' });
    await page.goto('/operations?kind=paused');
    await page.getByRole('link', { name: `operate ${id.slice(0, 8)}` }).click();
    await page.getByRole('button', { name: 'Resume …' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await system.outside.kill();
    await operate('Cancel', 'RefundPayment', /the saga is paused/);
    await operate('Resume', 'It goes on', /asked for payment\.RefundPayment/);

    await page.goto('/operations?show=residue');
    await page.getByRole('row', { name: /payment ProcessPayment .*RefundPayment is parked:/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto('/operations?kind=undo-failed');
    await page.getByRole('link', { name: `operate ${id.slice(0, 8)}` }).waitFor();

    await page.goto(sagaPath(id));
    await press('Done by hand …');
    await dialog()
      .getByText(/payment records RefundPayment as done by you/)
      .waitFor();
    await dialog().getByLabel('How was it done? (it is kept)').fill('refunded by phone');
    expect(await violations(page)).toEqual([]);
    const done = dialog().getByRole('button', { name: 'Done by hand', exact: true });
    await done.click();
    // What is missing is said by its owner's contract.
    await dialog().getByText('/body/refunded').waitFor();
    await dialog()
      .getByLabel(/^What came of it/)
      .fill(JSON.stringify({ orderId: id, refunded: 3_998 }));
    await done.click();
    await dialog()
      .getByText(/asked for payment\.RefundPayment/)
      .waitFor();
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await until(async () => (await ledStatus(id)) === 'compensated', { what: 'the leader has turned it back', deadline: 60_000 });
    await page
      .getByText(/^turned back at/)
      .first()
      .waitFor();

    await page.goto(`/operations?show=journal&of=${id}`);
    for (const did of ['pause', 'cancel', 'resume', /done by hand RefundPayment .*refunded by phone/])
      await page
        .getByRole('row', { name: typeof did === 'string' ? new RegExp(`Zoë ${did} .*orchestrator now compensated`) : did })
        .waitFor();
    await page.getByRole('row', { name: /Zoë settle RefundPayment .* payment done refunded by phone/ }).waitFor();
  });

  it('tells who did what to which saga, the latest first, by name and by saga', async () => {
    await page.goto('/operations');
    await page.getByRole('link', { name: 'what people did' }).click();
    await page.getByRole('row', { name: /Zoë redrive ProcessPayment .* payment done/ }).waitFor();
    expect(await page.getByRole('row').nth(1).innerText()).toMatch(/settle|done by hand/);
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('to the saga').fill(redriven);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL(new RegExp(`of=${redriven}`));
    await page.getByRole('row', { name: /redrive/ }).waitFor();
    await until(async () => (await page.getByRole('row').count()) === 2, { what: 'nothing else is listed' });
    await page.goto('/operations?show=journal&actor=nobody');
    await page.getByText('Nothing fits').waitFor();
  });

  it('says on the overview how to start analytics where that does not run', async () => {
    await page.goto('/');
    await page.getByText('npx nx serve analytics').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

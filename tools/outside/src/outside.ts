import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Carriers, shipmentRules, type ShipmentRequest } from './carriers';
import type { DeskLine } from './desk';
import { isText } from './fields';
import { httpServer, type Route } from './http';
import { Journal } from './journal';
import { MailSink, type Mail } from './mails';
import { chargeRules, Payments, type ChargeRequest } from './payment';

export interface OutsideOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly smtpPort: number;
  /** Where payments.jsonl, shipments.jsonl and mails.jsonl are. */
  readonly dataDir: string;
  /** What card_slow takes, in milliseconds. */
  readonly slow: number;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

export interface Outside {
  readonly url: string;
  readonly smtpPort: number;
  /** Finishes what was begun, then closes the files. */
  stop(): Promise<void>;
}

/** The world beyond our services, in one process: a payment provider, carriers, a mail server. */
export async function startOutside(options: OutsideOptions): Promise<Outside> {
  // What was opened, newest first: it is closed in this order when the world stops, or when it does not come to start.
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0)) await close();
  };
  try {
    return { ...(await open(options, (close) => closing.unshift(close))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(
  { host, port, smtpPort, dataDir, slow, log }: OutsideOptions,
  opened: (close: () => Promise<unknown>) => void,
): Promise<Omit<Outside, 'stop'>> {
  const journal = async <Line extends object>(name: string): Promise<Journal<Line>> => {
    const file = await Journal.open<Line>(join(dataDir, name), (text) => log('warn', text));
    opened(() => file.close());
    return file;
  };
  const payments = await journal<DeskLine<ChargeRequest>>('payments.jsonl');
  const shipments = await journal<DeskLine<ShipmentRequest>>('shipments.jsonl');
  const sink = new MailSink(await journal<Mail>('mails.jsonl'));
  const routes = routesOf(new Payments(payments, slow), new Carriers(shipments), sink);
  const server = httpServer(routes, (error) => log('error', error instanceof Error ? (error.stack ?? error.message) : String(error)));
  const smtp = await sink.listen(smtpPort, host);
  opened(() => sink.close());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  opened(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://${host}:${(server.address() as AddressInfo).port}`, smtpPort: smtp };
}

function routesOf(payments: Payments, carriers: Carriers, sink: MailSink): Route[] {
  const byKey = { key: isText() };
  return [
    { method: 'GET', path: '/health/ready', answer: () => ({ status: 200, body: { status: 'ready' } }) },
    {
      method: 'POST',
      path: '/payment/charges',
      keyed: true,
      body: chargeRules,
      answer: ({ key, body }) => payments.charge(key, body as unknown as ChargeRequest),
    },
    { method: 'POST', path: '/payment/refunds/by-key', body: byKey, answer: ({ body }) => payments.refund(String(body['key'])) },
    {
      method: 'GET',
      path: '/payment/charges',
      answer: ({ query }) => ({ status: 200, body: { items: payments.list(query.get('reference') ?? undefined) } }),
    },
    {
      method: 'POST',
      path: '/carriers/shipments',
      keyed: true,
      body: shipmentRules,
      answer: ({ key, body }) => carriers.ship(key, body as unknown as ShipmentRequest),
    },
    { method: 'POST', path: '/carriers/cancellations/by-key', body: byKey, answer: ({ body }) => carriers.cancel(String(body['key'])) },
    {
      method: 'GET',
      path: '/carriers/shipments',
      answer: ({ query }) => ({ status: 200, body: { items: carriers.list(query.get('reference') ?? undefined) } }),
    },
    {
      method: 'GET',
      path: '/mails',
      answer: ({ query }) => ({
        status: 200,
        body: { items: sink.list({ to: query.get('to') ?? undefined, reference: query.get('reference') ?? undefined }) },
      }),
    },
  ];
}

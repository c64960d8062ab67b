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
export async function startOutside({ host, port, smtpPort, dataDir, slow, log }: OutsideOptions): Promise<Outside> {
  const journal = <Line extends object>(name: string) => Journal.open<Line>(join(dataDir, name), (text) => log('warn', text));
  const payments = await journal<DeskLine<ChargeRequest>>('payments.jsonl');
  const shipments = await journal<DeskLine<ShipmentRequest>>('shipments.jsonl');
  const mails = await journal<Mail>('mails.jsonl');
  const sink = new MailSink(mails);
  const routes = routesOf(new Payments(payments, slow), new Carriers(shipments), sink);
  const server = httpServer(routes, (error) => log('error', error instanceof Error ? (error.stack ?? error.message) : String(error)));
  const smtp = await sink.listen(smtpPort, host);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch(async (error: unknown) => {
    await sink.close();
    throw error;
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    smtpPort: smtp,
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      await sink.close();
      await Promise.all([payments.close(), shipments.close(), mails.close()]);
    },
  };
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

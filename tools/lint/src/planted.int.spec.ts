import { imports, insides, kinds, scopes, sqlText } from '../rooms.mjs';
import { type Finding, ScratchCopy } from './planted.fixture';

jest.setTimeout(300_000); // a copy of the workspace, Nx's graph of it, and the types of all of it

const sentence = (name: string): string => imports.find((row) => row.name === name)!.because;
const kafkajs = sentence('kafkajs');
const sql = sentence('database-drivers');
const app = kinds['type:app']!.because;

interface Planted {
  readonly rule: string;
  /** What is wrong in the file, each by itself. */
  readonly lines: readonly string[];
  /** The sentence that each line must meet. */
  readonly says: string;
}

const forbidden: Record<string, Planted> = {
  'apps/payment/src/other-app-by-path.ts': {
    rule: 'duet/boundaries',
    lines: [`export { fields } from '../../order/src/order.config';`, `export type { OrderModule } from '../../order/src/order.module';`],
    says: `${insides} ${app}`,
  },
  'apps/payment/src/other-app-by-name.ts': {
    rule: 'duet/declarations',
    lines: [`export { declaration } from '@duet/order/declaration';`, `export const later = () => import('@duet/shipping/declaration');`],
    says: sentence('declarations'),
  },
  'tools/outside/src/app-in-a-tool.ts': {
    rule: 'duet/declarations',
    lines: [`export { declaration } from '@duet/order/declaration';`],
    says: sentence('declarations'),
  },
  'apps/payment/src/kafka-in-an-app.ts': {
    rule: 'duet/kafkajs',
    lines: [
      `import { Kafka } from 'kafkajs';`,
      `import type { Consumer } from 'kafkajs';`,
      `export * from 'kafkajs';`,
      `import * as inside from 'kafkajs/src/consumer';`,
      `export const later = () => import('kafkajs');`,
      `export const old = require('kafkajs');`,
      `export type Producer = import('kafkajs').Producer;`,
    ],
    says: kafkajs,
  },
  'libs/participant/src/kafka-in-a-lib.spec.ts': { rule: 'duet/kafkajs', lines: [`export { Kafka } from 'kafkajs';`], says: kafkajs },
  'tools/local/src/kafka-in-a-tool.mjs': { rule: 'duet/kafkajs', lines: [`export { Kafka } from 'kafkajs';`], says: kafkajs },
  'apps/payment/src/our-kafka-in-an-app.ts': { rule: 'duet/boundaries', lines: [`export { kafkaBroker } from '@duet/kafka';`], says: app },
  'libs/message/src/nest-in-a-message.ts': {
    rule: 'duet/boundaries',
    lines: [`export { Injectable } from '@nestjs/common';`],
    says: kinds['type:message']!.because,
  },
  'libs/kafka/src/messages-in-the-port.ts': {
    rule: 'duet/boundaries',
    lines: [`export { wireName } from '@duet/message';`],
    says: kinds['type:kafka']!.because,
  },
  'apps/payment/src/payment.handlers.planted.ts': {
    rule: 'duet/database-drivers',
    lines: [`import { Client } from 'pg';`, `export { sql } from 'kysely';`],
    says: sql,
  },
  'apps/payment/src/sql-in-a-handler.ts': {
    rule: 'no-restricted-syntax',
    lines: [
      "export const read = (id: string) => `select amount from payment where order_id = '${id}'`;",
      "export const write = 'UPDATE payment SET amount = 0';",
      "export const forget = 'delete from payment';",
      'export const add = `\n  insert into payment (amount) values (1)`;',
      "export const more = 'create table payment_two (id int)';",
    ],
    says: sqlText.because,
  },
  'apps/payment/src/testbed-in-production.ts': {
    rule: 'duet/testbed',
    lines: [`export { until } from '@duet/testbed';`],
    says: sentence('testbed'),
  },
  'apps/payment/src/floating.ts': {
    rule: '@typescript-eslint/no-floating-promises',
    lines: ['export function pay(send: () => Promise<void>) { send(); }'],
    says: 'Promises must be awaited',
  },
  'tools/local/src/floating.mjs': {
    rule: '@typescript-eslint/no-floating-promises',
    lines: ["import { pause } from './processes.mjs';\npause(1);"],
    says: 'Promises must be awaited',
  },
  'apps/payment/src/not-exhaustive.ts': {
    rule: '@typescript-eslint/switch-exhaustiveness-check',
    lines: [`export function text(status: 'paid' | 'refunded') { switch (status) { case 'paid': return 'paid'; } return ''; }`],
    says: 'not exhaustive',
  },
  'apps/payment/src/cycle-a.ts': {
    rule: 'import-x/no-cycle',
    lines: [`import { b } from './cycle-b';\nexport const a = () => b;`],
    says: 'Dependency cycle',
  },
};

/** Looks alike and is allowed, some of it by two exceptions at once. */
const allowed: Record<string, string> = {
  'apps/payment/src/cycle-c.ts': 'export const c = 1;\n',
  'apps/payment/src/planted.store.ts': "import { sql } from 'kysely';\nexport const read = sql`select amount from payment`;\n",
  'apps/payment/src/planted.handlers.ts': "export const text = 'update: your order was sent';\n",
  'libs/testbed/src/planted.spec.ts': "export { Client } from 'pg';\nexport { until } from './index';\n",
  'libs/participant/src/planted.spec.ts': "export { Client } from 'pg';\nexport { until } from '@duet/testbed';\n",
  'libs/kafka/src/planted.int.spec.ts': "export { Kafka } from 'kafkajs';\nexport { until } from '@duet/testbed';\n",
  'tools/system/src/planted.ts': "export { declaration } from '@duet/order/declaration';\n",
};

const helpers = { 'apps/payment/src/cycle-b.ts': `import { a } from './cycle-a';\nexport const b = () => a;\n` };

let copy: ScratchCopy;
let found: Map<string, Finding[]>;
beforeAll(async () => {
  copy = await ScratchCopy.make();
  const planted = Object.fromEntries(Object.entries(forbidden).map(([path, { lines }]) => [path, `${lines.join('\n')}\n`]));
  await copy.plant({ ...planted, ...allowed, ...helpers });
  found = await copy.lint([...Object.keys(forbidden), ...Object.keys(allowed)]);
});
afterAll(() => copy?.remove());

describe.each(Object.entries(forbidden))('%s', (path, { rule, lines, says }) => {
  it('fails lint with the sentence of the rule, for every line', () => {
    const messages = (found.get(path) ?? []).filter(({ ruleId }) => ruleId === rule).map(({ message }) => message);
    expect(messages).toEqual(lines.map(() => expect.stringContaining(says)));
  });
});

it.each(Object.keys(allowed))('%s passes', (path) => {
  expect(found.get(path)).toEqual([]);
});

it('every rule of the rooms has a sentence', () => {
  const rows = [...imports, ...Object.values(kinds), ...Object.values(scopes), sqlText];
  for (const { because } of rows) expect(because).toMatch(/^\S.{20,}\.$/);
});

/**
 * Who may import whom: the rooms of the house, as data. Every rule has the sentence that lint prints when it is broken.
 * `type:` says what a project is, `scope:` whose business it belongs to.
 */

/** What each kind of project may import of ours, and what it must never import from npm. @type {Record<string, { may: string[], never?: string[], because: string }>} */
export const kinds = {
  'type:message': {
    may: [],
    never: ['@nestjs/*', 'kafkajs', 'kafkajs/*', 'pg', 'kysely'],
    because: 'libs/message says what a message is and stands on nothing: no Nest, no Kafka, no SQL.',
  },
  'type:contracts': {
    may: ['type:message'],
    never: ['@nestjs/*', 'kafkajs', 'kafkajs/*', 'pg', 'kysely'],
    because: 'libs/contracts holds messages only, so that every service can share them.',
  },
  'type:language': {
    may: ['type:message'],
    never: ['@nestjs/*', 'kafkajs', 'kafkajs/*', 'pg', 'kysely'],
    because: 'libs/saga is pure: no clock, no I/O, no Nest.',
  },
  'type:kafka': {
    may: ['type:testbed'],
    never: ['@nestjs/*', 'pg', 'kysely'],
    because: 'libs/kafka is a port to a broker and knows nothing of messages, sagas or Nest.',
  },
  'type:platform': {
    may: ['type:message', 'type:testbed'],
    never: ['kafkajs', 'kafkajs/*', 'pg', 'kysely'],
    because: 'libs/platform is what any HTTP service needs and knows nothing of sagas, Kafka or SQL.',
  },
  'type:runtime': {
    may: ['type:message', 'type:language', 'type:kafka', 'type:platform', 'type:testbed', 'type:probe'],
    never: ['kafkajs', 'kafkajs/*'],
    because: 'libs/participant reaches Kafka through libs/kafka only, and knows no business.',
  },
  'type:orchestration': {
    may: ['type:message', 'type:language', 'type:platform', 'type:runtime', 'type:testbed', 'type:probe'],
    never: ['kafkajs', 'kafkajs/*'],
    because: 'libs/orchestration is a participant that decides: it stands on libs/participant and libs/saga, and knows no business.',
  },
  'type:testbed': {
    may: [],
    never: ['kafkajs', 'kafkajs/*'],
    because: 'libs/testbed brings broker and databases to tests; it must not depend on what it tests.',
  },
  'type:probe': {
    may: ['type:message', 'type:kafka', 'type:testbed'],
    never: ['kafkajs', 'kafkajs/*'],
    because: 'libs/probe stands beside running services and knows them by their wire alone.',
  },
  'type:audit': {
    may: ['type:message', 'type:contracts'],
    never: ['@nestjs/*', 'kafkajs', 'kafkajs/*'],
    because: 'libs/audit judges by tables and files alone: what the services have done is not asked of their code.',
  },
  'type:app': {
    may: ['type:message', 'type:contracts', 'type:language', 'type:platform', 'type:runtime', 'type:orchestration', 'type:testbed'],
    never: ['kafkajs', 'kafkajs/*', 'pg'],
    because: 'A service stands on the libraries alone: apps never import apps, and only libs/kafka imports kafkajs.',
  },
  'type:web': {
    may: [],
    never: ['@nestjs/*', 'kafkajs', 'kafkajs/*', 'pg', 'kysely'],
    because: 'The console runs in a browser and knows the services by their REST alone: its types are made from their OpenAPI documents.',
  },
  'type:e2e': {
    may: ['type:message', 'type:contracts', 'type:kafka', 'type:testbed', 'type:probe', 'type:platform', 'type:audit'],
    never: ['kafkajs', 'kafkajs/*', 'pg', 'kysely'],
    because: 'An e2e suite knows a service by its wire and its REST, not by its code.',
  },
  'type:tool': {
    may: [
      'type:message',
      'type:language',
      'type:platform',
      'type:kafka',
      'type:testbed',
      'type:probe',
      'type:audit',
      'type:system',
      'type:tool',
    ],
    never: ['kafkajs', 'kafkajs/*'],
    because: 'A tool runs beside the services and imports none of them: what they declare, it has from tools/system.',
  },
  'type:simulation': {
    may: [
      ...['type:message', 'type:contracts', 'type:language', 'type:platform', 'type:kafka', 'type:runtime', 'type:orchestration'],
      ...['type:app', 'type:tool', 'type:audit'],
    ],
    never: ['kafkajs', 'kafkajs/*'],
    because: 'tools/simulate runs the services as they are, inside itself, on other ports.',
  },
  'type:system': {
    may: ['type:message', 'type:contracts', 'type:language', 'type:testbed'],
    never: ['kafkajs', 'kafkajs/*', 'pg', 'kysely'],
    because: 'tools/system sees what the apps declare, never how they work.',
  },
};

const contexts = ['order', 'inventory', 'payment', 'shipping', 'notification', 'analytics', 'orchestrator', 'observer'];

/** Whose code each scope may see. @type {Record<string, { may: string[], because: string }>} */
export const scopes = {
  ...Object.fromEntries(
    contexts.map((context) => [
      `scope:${context}`,
      {
        may: [`scope:${context}`, 'scope:shared'],
        because: `${context} may see its own code and what is shared, never another context's.`,
      },
    ]),
  ),
  'scope:shared': { may: ['scope:shared'], because: 'What is shared knows no context.' },
  'scope:outside': { may: ['scope:outside', 'scope:shared'], because: 'The outside world knows none of our services.' },
  'scope:local': { may: ['scope:local', 'scope:shared'], because: 'tools/local starts services and imports none of them.' },
  'scope:bench': {
    may: ['scope:bench', 'scope:audit', 'scope:local', 'scope:shared'],
    because: 'tools/bench measures the services from outside and imports none of them.',
  },
  'scope:simulation': {
    may: ['scope:simulation', 'scope:audit', 'scope:local', 'scope:shared', ...contexts.map((context) => `scope:${context}`)],
    because: 'The simulation runs all services in one process, and nothing else may.',
  },
  'scope:audit': {
    may: ['scope:audit', 'scope:system', 'scope:local', 'scope:shared'],
    because: 'The audit knows every context by its tables, and imports none of them.',
  },
  'scope:system': {
    may: ['scope:system', 'scope:audit', 'scope:local', 'scope:shared'],
    because: 'The whole is judged by what the apps declare and what they do, not by their insides.',
  },
};

/** Why a path into another project is refused. */
export const insides = 'A project is entered by its name, through its index: its insides are its own.';

/** Imports that only some files may make. `except` are the files that may. @type {{ name: string, group: string[], except: string[], because: string }[]} */
export const imports = [
  {
    name: 'declarations',
    group: ['@duet/*/declaration'],
    except: ['tools/system/**', 'tools/simulate/**'],
    because: 'Only tools/system may see all declarations at once: nobody in the dance knows the dance.',
  },
  {
    name: 'services-inside',
    group: ['@duet/*/*', '!@duet/*/declaration'],
    except: ['tools/simulate/**'],
    because: 'Only tools/simulate has the services inside itself: everybody else knows them by their wire and their REST.',
  },
  {
    name: 'kafkajs',
    group: ['kafkajs', 'kafkajs/*'],
    except: ['libs/kafka/**', 'tools/crash/src/*.cjs'],
    because: 'Only libs/kafka imports kafkajs, so that its faults are met in one place.',
  },
  {
    name: 'database-drivers',
    group: ['pg', 'kysely', 'kysely/*', '!kysely/migration', '@electric-sql/*'],
    except: ['**/*.store.ts', '**/*.store.mjs', '**/migrations/**', 'libs/participant/**', 'libs/testbed/**', 'tools/crash/src/*.cjs'],
    because: 'SQL lives in *.store.ts and migrations/ only: a store is the one place that knows the tables.',
  },
  {
    name: 'opentelemetry',
    group: ['@opentelemetry/*'],
    except: ['libs/platform/src/tracing.otel.ts', 'libs/platform/src/tracing.otel.spec.ts'],
    because:
      'Only libs/platform/src/tracing.otel.ts imports OpenTelemetry: everybody else knows spans by the port beside it, and where traces are off it is never loaded.',
  },
  {
    name: 'testbed',
    group: ['@duet/testbed', '@duet/probe'],
    except: [
      '**/*.spec.ts',
      'apps/*-e2e/**',
      'libs/testbed/**',
      'libs/probe/**',
      'tools/{audit,backlog,bench,compare,crash,faults,fuzz,screenshots,sight}/**',
      '**/*.fixture.ts',
    ],
    because: 'libs/testbed is for tests: what runs in production must not need it.',
  },
];

/** A string that is SQL may stand only where the tables are known. */
export const sqlText = {
  pattern:
    '/^\\s*(select\\s.+\\sfrom|insert\\s+into|update\\s+\\S+\\s+set|delete\\s+from|(create|alter|drop)\\s+(table|index|schema|role|database))\\b/is',
  except: [
    '**/*.store.ts',
    '**/*.store.mjs',
    '**/migrations/**',
    'libs/testbed/**',
    'tools/crash/src/*.cjs',
    '**/*.spec.ts',
    '**/*.fixture.ts',
  ],
  because: 'SQL lives in *.store.ts and migrations/ only: a store is the one place that knows the tables.',
};

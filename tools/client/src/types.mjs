// @ts-check
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import openapiTs, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { LocalProblem } from '../../local/src/problem.mjs';
import { runningSystem } from '../../local/src/running-system.mjs';
import { usualUrls } from '../../local/src/system.mjs';

/** Whose REST the console uses. What is held is the same at every participant: payment's document stands for all. */
const services = ['observer', 'order', 'inventory', 'payment', 'shipping', 'orchestrator', 'analytics'];

/**
 * Compares the types that the documents make with the ones that are there, and writes them unless it only checks.
 * @param {{ check: boolean, urls: ReadonlyMap<string, string>, folder: string, env: NodeJS.ProcessEnv, root: string }} options `urls`: of services, before those of the running system
 * @returns {Promise<string[]>} the files that were stale
 * @throws {LocalProblem} `no-document`
 */
export async function staleOrWritten({ check, urls, folder, env, root }) {
  const running = (await runningSystem(folder))?.processes ?? [];
  const usual = usualUrls(env);
  const stale = [];
  for (const service of services) {
    const url = urls.get(service) ?? running.find(({ name }) => name === service)?.url ?? usual.get(service);
    const file = `apps/console/src/api/rest/${service}.ts`;
    const path = resolve(root, file);
    const wanted = await typesOf(`${url}/openapi.json`, path);
    if ((await readFile(path, 'utf8').catch(() => '')) === wanted) continue;
    stale.push(file);
    if (check) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, wanted);
  }
  return stale;
}

/** @param {string} url @param {string} path whose style it is written in */
async function typesOf(url, path) {
  const document = await fetch(url).then(
    (response) => response.text(),
    (/** @type {unknown} */ error) => {
      throw new LocalProblem(
        'no-document',
        `${url} does not answer (${String(error)}): run npm start first, or name the service with --url.`,
      );
    },
  );
  const made = astToString(await openapiTs(document, { alphabetize: true }));
  const head = '// Made from the OpenAPI document of the service: npm run client. Do not edit.\n\n';
  return await format(head + made, { ...(await resolveConfig(path)), parser: 'typescript' });
}

import { randomUUID } from 'node:crypto';
import { sampleOf, type Schemas } from '../sample';
import type { RawRequest } from './exchange';

/** The part of an OpenAPI document that says how to ask. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Schemas };
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema?: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
}

/** One way to ask a service for something. */
export interface Route {
  readonly method: string;
  /** With its parameters in braces: `/orders/{orderId}`. */
  readonly template: string;
  /** Names, by where they stand. */
  readonly inPath: readonly string[];
  readonly inQuery: readonly string[];
  readonly inHeader: readonly string[];
  /** Those headers that must be there. */
  readonly neededHeaders: readonly string[];
  /** A right body; undefined where none is taken. */
  readonly body: unknown;
}

/** Every route that a document tells of, in its order. */
export function routesOf({ paths, components }: OpenApi): Route[] {
  return Object.entries(paths).flatMap(([template, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]): Route => {
      const named = (place: string) => [...new Set(parameters.filter((one) => one.in === place).map(({ name }) => name))];
      const schema = requestBody?.content['application/json']?.schema;
      return {
        ...{ method: method.toUpperCase(), template },
        ...{ inPath: named('path'), inQuery: named('query'), inHeader: named('header') },
        neededHeaders: parameters.filter((one) => one.in === 'header' && one.required).map(({ name }) => name),
        body: schema && sampleOf(schema, { ...(components?.schemas && { schemas: components.schemas }), isWhole: false }),
      };
    }),
  );
}

/** A request that is right, for something that does not exist. @param inPath what stands in the place of each parameter, encoded */
export function rightRequest(route: Route, params: { readonly inPath?: string; readonly key?: string } = {}): RawRequest {
  const { inPath = 'nothing', key = randomUUID() } = params;
  const named: Readonly<Record<string, string>> = { 'Idempotency-Key': key, 'X-Actor': 'somebody' };
  return {
    method: route.method,
    path: route.template.replaceAll(/\{[^}]*\}/g, inPath),
    headers: [
      ...route.inHeader.flatMap((name) => (named[name] === undefined ? [] : [[name, named[name]] as const])),
      ...(route.body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
    ],
    ...(route.body !== undefined && { body: Buffer.from(JSON.stringify(route.body)) }),
  };
}

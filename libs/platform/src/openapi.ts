import { schemaOf, type Class, type JsonSchema } from '@duet/message';
import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { isChecked } from './checked-body.pipe';

export interface ApiInfo {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
}

/** /openapi.json and /docs. Everything is served from here: a page that asks a foreign host for its scripts does not work behind a firewall, and tells who reads it. */
export function serveOpenApi(app: INestApplication, info: ApiInfo): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('docs', app, () => (document ??= openApiOf(app, info)), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: `${info.name}: REST`,
    swaggerOptions: { validatorUrl: null },
  });
}

/** The OpenAPI 3.1 document of an app's controllers. The schemas of bodies come from class-validator's decorators, which are what bodies are checked by. */
export function openApiOf(app: INestApplication, { name, description = '', version = '1.0.0' }: ApiInfo): OpenAPIObject {
  const builder = new DocumentBuilder().setTitle(name).setDescription(description).setVersion(version).setOpenAPIVersion('3.1.0');
  const document = SwaggerModule.createDocument(app, builder.build());
  const schemas = (document.components ??= {}).schemas ?? {};
  for (const cls of checkedTypes(app)) if (cls.name in schemas) schemas[cls.name] = bodySchema(cls) as object;
  schemas['Problem'] = problemSchema;
  document.components.schemas = schemas;
  for (const operation of operationsOf(document)) operation.responses['default'] ??= problemResponse;
  document.components.schemas = referenced(schemas, document.paths);
  return document;
}

/** Only what a route refers to, directly or through another: handlers of messages are controllers too, and their data is nobody's REST. */
function referenced<S>(schemas: Readonly<Record<string, S>>, paths: object): Record<string, S> {
  const found = new Set<string>();
  const look = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (found.has(name)) continue;
      found.add(name);
      look(schemas[name] ?? {});
    }
  };
  look(paths);
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => found.has(name)));
}

function bodySchema(cls: Class): JsonSchema {
  const { $schema: _draft, $id: _id, ...schema } = schemaOf(cls);
  return { ...schema, additionalProperties: false };
}

/** The classes that controllers take or, as their annotations say, return. */
function checkedTypes(app: INestApplication): Set<Class> {
  const controllers = new DiscoveryService(app.get(ModulesContainer)).getControllers();
  const found = controllers.flatMap(({ metatype }) => {
    const prototype = (metatype as { prototype?: object } | null)?.prototype;
    const methods = prototype ? Object.getOwnPropertyNames(prototype).filter((method) => method !== 'constructor') : [];
    return methods.flatMap((method): unknown[] => {
      const handler = (prototype as Record<string, unknown>)[method];
      if (typeof handler !== 'function') return [];
      const taken = (Reflect.getMetadata('design:paramtypes', prototype!, method) ?? []) as unknown[];
      const answers = (Reflect.getMetadata('swagger/apiResponse', handler) ?? {}) as Record<string, { type?: unknown }>;
      return [...taken, ...Object.values(answers).map(({ type }) => type)];
    });
  });
  return new Set(found.filter(isChecked));
}

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'] as const;
const operationsOf = ({ paths }: OpenAPIObject) => Object.values(paths).flatMap((path) => methods.flatMap((method) => path[method] ?? []));

const problemResponse = {
  description: 'What went wrong: RFC 9457',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'for programs: which of the things that the status can mean' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'text'],
        properties: { path: { type: 'string', description: 'a JSON pointer into the body' }, text: { type: 'string' } },
      },
    },
  },
};

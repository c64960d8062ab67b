import type { Class } from './message';
import { type JsonSchema, schemaOf } from './schema';

/**
 * The fields that a class knows, in its order, at every depth: what others added is left out, and so is `null` where a field is optional. Copies, never changes.
 * What is not as the class says is passed through as it is: checking is somebody else's.
 */
export const fieldsOnly = (cls: Class, data: object): object => pick(schemaOf(cls), data) as object;

function pick(schema: JsonSchema, data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  const { items, properties } = schema;
  if (Array.isArray(data)) return items?.properties ? data.map((item) => pick(items, item)) : data;
  if (!properties) return data;
  const picked: Record<string, unknown> = {};
  for (const field in properties) {
    const value = (data as Record<string, unknown>)[field];
    if (value === undefined) continue;
    const said = properties[field]!;
    if (value === null && !schema.required?.includes(field)) continue;
    picked[field] = typeof value === 'object' ? pick(said, value) : value;
  }
  return picked;
}

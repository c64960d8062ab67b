import type { JsonSchema } from '@duet/message';

/** A schema as OpenAPI has it: a part may stand elsewhere. */
type Schema = JsonSchema & { readonly $ref?: string };
export type Schemas = Readonly<Record<string, JsonSchema>>;

const uuid = '7f3f1c52-1d0f-4a5e-9d53-0d0c1f2e3a4b';
/** One of these fits every pattern there is. */
const texts = ['c-42', 'nowhere', 'CH', 'CHF', uuid, '2999-01-01T00:00:00Z', '1', 'x'];

/** Data as a schema wants them, the same each time; `isWhole`: with what may be left out. @param schemas that others refer to by name */
export function sampleOf(schema: Schema, { schemas = {}, isWhole = true }: { schemas?: Schemas; isWhole?: boolean } = {}): unknown {
  const { $ref, type, properties = {}, required = [], items, pattern, minLength = 0, maxLength = Infinity } = schema;
  if ($ref !== undefined) return sampleOf(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, { schemas, isWhole });
  if (schema.enum) return schema.enum[0];
  switch ([type].flat()[0]) {
    case 'object': {
      const wanted = Object.entries(properties).filter(([name]) => isWhole || required.includes(name));
      return Object.fromEntries(wanted.map(([name, part]) => [name, sampleOf(part, { schemas, isWhole })]));
    }
    case 'array':
      return items ? [sampleOf(items, { schemas, isWhole })] : [];
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1, 1);
    case 'boolean':
      return false;
    default:
      return texts.find((text) => new RegExp(pattern ?? '', 'u').test(text) && text.length >= minLength && text.length <= maxLength) ?? 'x';
  }
}

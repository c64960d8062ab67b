/**
 * Arrays as parameters of statements. A unit of work sends dozens, of hundreds of elements, most of them texts with quotes in them. In PostgreSQL's text form each quote is escaped here and
 * read sign by sign there; in its binary form (https://www.postgresql.org/docs/current/protocol.html, `array_recv`) an element is its length and its bytes.
 */

interface ElementType {
  /** PostgreSQL's number for the type (pg_type.oid). */
  readonly oid: number;
  /** Bytes of an element; undefined for what is not written so. */
  size(value: unknown): number | undefined;
  write(value: unknown, to: Buffer, at: number): void;
}

const text = (oid: number): ElementType => ({
  oid,
  size: (value) => (typeof value === 'string' ? Buffer.byteLength(value) : undefined),
  write: (value, to, at) => void to.write(value as string, at),
});

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Those that are written in binary; an array of any other type is left to pg. */
const elementTypes: Readonly<Record<string, ElementType>> = {
  text: text(25),
  json: text(114),
  uuid: {
    oid: 2950,
    size: (value) => (typeof value === 'string' && isUuid.test(value) ? 16 : undefined),
    write: (value, to, at) => void to.write((value as string).replaceAll('-', ''), at, 'hex'),
  },
  bytea: {
    oid: 17,
    size: (value) => (Buffer.isBuffer(value) ? value.length : undefined),
    write: (value, to, at) => void (value as Buffer).copy(to, at),
  },
  int: {
    oid: 23,
    size: (value) => (Number.isInteger(value) && (value as number) === ((value as number) | 0) ? 4 : undefined),
    write: (value, to, at) => void to.writeInt32BE(value as number, at),
  },
  bigint: {
    oid: 20,
    size: (value) => (Number.isSafeInteger(value) ? 8 : undefined),
    write: (value, to, at) => void to.writeBigInt64BE(BigInt(value as number), at),
  },
  float8: {
    oid: 701,
    size: (value) => (typeof value === 'number' ? 8 : undefined),
    write: (value, to, at) => void to.writeDoubleBE(value as number, at),
  },
};

/** The array as PostgreSQL takes it in binary; the array itself, for pg to write, where it is of another type or an element is not what the type says. */
export function arrayParameter(type: string | undefined, values: readonly unknown[]): Buffer | readonly unknown[] {
  const element = type === undefined || !Object.hasOwn(elementTypes, type) ? undefined : elementTypes[type];
  if (!element) return values;
  const sizes = new Array<number>(values.length);
  let bytes = header + 4 * values.length;
  for (const [place, value] of values.entries()) {
    const size = value === null ? none : element.size(value);
    if (size === undefined) return values;
    sizes[place] = size;
    if (size !== none) bytes += size;
  }
  if (values.length === 0) return empty(element);
  const to = Buffer.allocUnsafe(bytes);
  // One dimension, which begins at 1; whether there are nulls PostgreSQL finds out by itself.
  for (const [place, number] of [1, 0, element.oid, values.length, 1].entries()) to.writeInt32BE(number, 4 * place);
  let at = header;
  for (const [place, size] of sizes.entries()) {
    to.writeInt32BE(size, at);
    at += 4;
    if (size === none) continue;
    element.write(values[place], to, at);
    at += size;
  }
  return to;
}

const header = 20;
/** The length of null. */
const none = -1;

function empty({ oid }: ElementType): Buffer {
  const to = Buffer.alloc(12);
  to.writeInt32BE(oid, 8);
  return to;
}

/** Which arrays a statement takes: the types of the elements, by the parameter's place, as its casts say (`$2::text[]`). */
export function arrayTypes(statement: string): readonly (string | undefined)[] {
  let types = known.get(statement);
  if (!types) {
    const found: (string | undefined)[] = [];
    for (const [, place, type] of statement.matchAll(/\$(\d+)::(\w+)\[\]/g)) found[Number(place) - 1] = type;
    types = found;
    // Statements are few; one that is put together with its values in it must not fill the memory.
    if (known.size >= 1_000) known.clear();
    known.set(statement, types);
  }
  return types;
}
const known = new Map<string, readonly (string | undefined)[]>();

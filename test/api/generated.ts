import fc from 'fast-check';

/** A schema of the OpenAPI document, as far as requests use it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  pattern?: string;
  format?: string;
}

const LONGEST_LIST = 3;
const LONGEST_TEXT = 40;

/** Values that fit a schema, or nearly: rules between fields are left to whoever checks them. */
export function valuesOf(schema: Schema, resolve: (ref: string) => Schema, depth = 0): fc.Arbitrary<unknown> {
  const inner = (one: Schema) => valuesOf(one, resolve, depth + 1);
  if (schema.$ref !== undefined) return inner(resolve(schema.$ref));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices && !schema.properties) return depth > 8 ? fc.constant(null) : fc.oneof(...choices.map(inner));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => inner({ ...schema, type })));
  switch (schema.type) {
    case 'object':
      return objectsOf(schema, inner);
    case 'array': {
      const { items = {}, minItems = 0, maxItems = LONGEST_LIST } = schema;
      return fc.array(inner(items), {
        minLength: minItems,
        maxLength: Math.max(minItems, Math.min(maxItems, LONGEST_LIST)),
      });
    }
    case 'string':
      return textsOf(schema);
    case 'integer':
      return fc.integer({
        min: schema.minimum ?? (schema.exclusiveMinimum ?? -2) + 1,
        max: Math.min(schema.maximum ?? 2 ** 31, 2 ** 31),
      });
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e6, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectsOf(
  { properties = {}, required = [], additionalProperties }: Schema,
  inner: (one: Schema) => fc.Arbitrary<unknown>,
) {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, inner(one)]));
  const known = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) as never[] });
  if (typeof additionalProperties !== 'object') return known;
  const more = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), inner(additionalProperties), { maxKeys: 2 });
  return fc.tuple(known, more).map(([one, other]) => ({ ...other, ...one }));
}

function textsOf({ pattern, format, minLength = 0, maxLength = LONGEST_TEXT }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc.oneof(
      fc
        .date({ min: new Date('2000-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      fc.constantFrom(
        '9999-12-31T23:59:59-23:59',
        '0000-01-01T00:00:00+23:59',
        '0001-01-01T00:00:00Z',
        '9999-12-31T23:59:59Z',
      ),
    );
  }
  if (format === 'uri') return fc.webUrl();
  if (format === 'email') return fc.emailAddress();
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
  const longest = Math.max(minLength, Math.min(maxLength, LONGEST_TEXT));
  return fc.string({
    minLength,
    maxLength: longest,
    unit: fc.constantFrom(...'aZ09 ._-:/*@\'"\\%{}<>\u0001\u001b\u009b\u202e\u00e4\u{1f4a3}'),
  });
}

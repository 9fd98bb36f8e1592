import { z } from 'zod';

/**
 * Checks a value from outside. A list that is too long is refused for its length before any of its elements is looked
 * at: a schema makes one fault of each wrong element, and there may be millions.
 */
export function boundedParse<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  const issue = overlong(schema, value, []);
  if (!issue) return schema.safeParse(value);
  return { success: false, error: new z.ZodError([issue]) as z.ZodError<z.output<S>> };
}

interface Check {
  check: string;
  maximum: number;
  error?: (issue: object) => string | { message: string } | null | undefined;
}

/** The parts of a schema that are looked into; what is none of them is left to the schema. */
interface Parts {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  valueType?: z.ZodType;
  in?: z.ZodType;
  options?: readonly z.ZodType[];
  checks?: readonly { _zod: { def: Check } }[];
}

function overlong(schema: z.ZodType, value: unknown, path: PropertyKey[]): z.core.$ZodIssue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const {
    type,
    shape,
    element,
    innerType,
    valueType,
    in: input,
    options,
    checks = [],
  } = schema._zod.def as unknown as Parts;
  if (type === 'pipe' && input) return overlong(input, value, path);
  if (innerType) return overlong(innerType, value, path);
  if (type === 'union') {
    // Too long for one of them is no fault while another one takes it.
    const faults = (options ?? []).map((option) => overlong(option, value, path));
    return faults.every(Boolean) ? faults[0] : undefined;
  }
  if (Array.isArray(value)) {
    const longest = checks.map(({ _zod: { def } }) => def).find(({ check }) => check === 'max_length');
    if (longest && value.length > longest.maximum) {
      const { maximum, error } = longest;
      const said = error?.({ code: 'too_big', origin: 'array', maximum, input: value });
      const message =
        (typeof said === 'object' ? said?.message : said) ?? `Too big: expected array to have <=${maximum} items`;
      return { code: 'too_big', origin: 'array', maximum, inclusive: true, path, message, input: undefined };
    }
    return element && firstOf(value.entries(), (index, one) => overlong(element, one, [...path, index]));
  }
  if (shape) {
    return firstOf(Object.entries(shape), (name, field) =>
      overlong(field, (value as Record<string, unknown>)[name], [...path, name]),
    );
  }
  if (type === 'record' && valueType) {
    return firstOf(Object.entries(value), (name, one) => overlong(valueType, one, [...path, name]));
  }
  return undefined;
}

function firstOf<K, V, T>(entries: Iterable<[K, V]>, look: (key: K, value: V) => T | undefined): T | undefined {
  for (const [key, value] of entries) {
    const found = look(key, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Rules between the fields of a body, as JSON Schema states them; the checks themselves are the schema's own. */
export type Rules = Record<string, unknown>;
/** How a schema's documentation is changed: metadata of `zod-openapi`. */
type Documented = { override: (context: { jsonSchema: object }) => void };

/** Adds rules to what is documented of a schema. */
export function stating(...rules: Rules[]): Documented {
  return {
    override: ({ jsonSchema }) => {
      const known = (jsonSchema as { allOf?: Rules[] }).allOf ?? [];
      Object.assign(jsonSchema, { allOf: [...known, ...rules] });
    },
  };
}

/** At most one of two fields. */
export function notBoth(one: string, other: string): Rules {
  return { not: { required: [one, other] } };
}

/** One of two fields, and not the other. */
export function either(one: string, other: string): Rules {
  return { oneOf: [{ required: [one] }, { required: [other] }] };
}

/** A field that means something only beside another. */
export function onlyWith(field: string, other: string): Rules {
  return { dependentRequired: { [field]: [other] } };
}

/** A field that means something only where another has one value. */
export function onlyWhere(field: string, other: string, value: unknown): Rules {
  return { anyOf: [{ not: { required: [field] } }, { properties: { [other]: { const: value } } }] };
}

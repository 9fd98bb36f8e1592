import { texts } from '../../texts';
/** As much of JSON Schema as contracts are made of; everything else is edited as JSON. */
export interface Schema {
  type?: string | readonly string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
}

export type Kind = 'object' | 'array' | 'enum' | 'union' | 'boolean' | 'number' | 'string' | 'json';

/** A union is not a union when it refers to itself: any JSON is meant then. */
export function kindOf(schema: Schema): Kind {
  if (schema.$ref) return 'json';
  if (schema.enum || schema.const !== undefined) return 'enum';
  if (branchesOf(schema).length > 0) return 'union';
  switch (schema.type) {
    case 'object':
      return schema.properties ? 'object' : 'json';
    case 'array':
      return schema.items && !schema.items.$ref ? 'array' : 'json';
    case 'boolean':
      return 'boolean';
    case 'number':
    case 'integer':
      return 'number';
    case 'string':
      return 'string';
    default:
      return 'json';
  }
}

export function branchesOf(schema: Schema): readonly Schema[] {
  return schema.anyOf ?? schema.oneOf ?? [];
}

/** The branch that a value belongs to, as well as its outline says; 0 for none. */
export function branchOf(schema: Schema, value: unknown): number {
  return Math.max(
    0,
    branchesOf(schema).findIndex((branch) => looksLike(branch, value)),
  );
}

function looksLike(schema: Schema, value: unknown): boolean {
  switch (kindOf(schema)) {
    case 'enum':
      return schema.const === value || Boolean(schema.enum?.includes(value));
    case 'object': {
      if (!isRecord(value)) return false;
      const names = Object.keys(value);
      const closed = schema.additionalProperties === false;
      return (
        (schema.required ?? []).every((name) => name in value) &&
        (!closed || names.every((name) => name in (schema.properties ?? {})))
      );
    }
    case 'array':
      return Array.isArray(value);
    case 'union':
      return branchesOf(schema).some((branch) => looksLike(branch, value));
    case 'json':
      return schema.type === 'object'
        ? isRecord(value)
        : schema.type === 'array'
          ? Array.isArray(value)
          : schema.type !== 'null' || value === null;
    default:
      return typeof value === kindOf(schema);
  }
}

/** Something that a person can go on from, for a field that was just added. */
export function startOf(schema: Schema): unknown {
  if (schema.default !== undefined) return schema.default;
  switch (kindOf(schema)) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, startOf(schema.properties?.[name] ?? {})]),
      );
    case 'array':
      return [];
    case 'enum':
      return schema.const ?? schema.enum?.[0];
    case 'union':
      return startOf(branchesOf(schema)[0] ?? {});
    case 'boolean':
      return false;
    case 'number':
      return schema.minimum !== undefined && schema.minimum > 0 ? schema.minimum : 0;
    case 'string':
      return '';
    default:
      return schema.type === 'object' ? {} : schema.type === 'array' ? [] : null;
  }
}

/** What a branch of a union is called. */
export function branchName(schema: Schema): string {
  const kind = kindOf(schema);
  if (schema.title) return schema.title;
  if (kind === 'object')
    return (schema.required ?? Object.keys(schema.properties ?? {})).join(' + ') || texts.schemaForm.object;
  if (kind === 'enum') return schema.enum ? texts.schemaForm.oneOfAList : JSON.stringify(schema.const);
  if (kind === 'json') return typeof schema.type === 'string' ? schema.type : texts.schemaForm.json;
  return texts.schemaForm.kinds[kind];
}

/** Whether a text is the hash of an uploaded file. */
export function isFileHash(schema: Schema): boolean {
  return schema.type === 'string' && Boolean(schema.pattern?.startsWith('^sha256:'));
}

/** The field of an object that holds the hash of a file: `artifact`. */
export function fileField(schema: Schema): string | undefined {
  return Object.entries(schema.properties ?? {}).find(([, one]) => isFileHash(one))?.[0];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { branchesOf, branchName, kindOf, type Schema } from '../../components/schema-form/schema';
import { Wide } from '../../components/wide';

interface Row {
  path: string;
  type: string;
  required: boolean;
  description: string;
}

const DEEPEST = 3;

/** The fields of a contract, one a line, as deep as it is readable. */
export function SchemaTable({ schema }: { schema: Schema }) {
  const rows = rowsOf(schema, '', 0);
  return (
    <Wide label="Fields">
      <table className="table">
        <thead>
          <tr>
            <th>Field</th>
            <th>Value</th>
            <th>What it is</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ path, type, required, description }) => (
            <tr key={path}>
              <td className="nowrap">
                <code>{path}</code>
                {required && <span className="faint"> required</span>}
              </td>
              <td className="muted">{type}</td>
              <td className="muted">{description}</td>
            </tr>
          ))}
          {rows.length === 0 && (
            <tr>
              <td colSpan={3} className="muted">
                Any JSON
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </Wide>
  );
}

function rowsOf(schema: Schema, prefix: string, depth: number): Row[] {
  if (depth >= DEEPEST) return [];
  return Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
    const path = `${prefix}${name}`;
    const row = {
      path,
      type: typeWords(one),
      required: Boolean(schema.required?.includes(name)),
      description: one.description ?? '',
    };
    return [
      row,
      ...rowsOf(
        kindOf(one) === 'array' ? (one.items ?? {}) : one,
        `${path}${kindOf(one) === 'array' ? '[].' : '.'}`,
        depth + 1,
      ),
    ];
  });
}

function typeWords(schema: Schema): string {
  switch (kindOf(schema)) {
    case 'enum':
      return (schema.enum ?? [schema.const]).map((one) => JSON.stringify(one)).join(' | ');
    case 'union':
      return branchesOf(schema).map(unionWords).join(' or ');
    case 'array':
      return `list of ${typeWords(schema.items ?? {})}`;
    case 'number':
      return `${schema.type === 'integer' ? 'whole number' : 'number'}${rangeWords(schema)}`;
    case 'string':
      return schema.format ?? (schema.maxLength ? `text, up to ${schema.maxLength}` : 'text');
    case 'boolean':
      return 'yes or no';
    case 'object':
      return 'object';
    default:
      return 'any JSON';
  }
}

function unionWords(schema: Schema): string {
  return kindOf(schema) === 'object' ? `{ ${branchName(schema)} }` : typeWords(schema);
}

function rangeWords({ minimum, maximum }: Schema): string {
  if (minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return `, ${minimum} to ${maximum}`;
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) return `, from ${minimum}`;
  return '';
}

import { branchesOf, branchName, kindOf, type Schema } from '../../components/schema-form/schema';
import { Table } from '../../components/table';

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
    <Table label="Fields" columns={['Field', 'Value', 'What it is']} empty="Any JSON">
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
    </Table>
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

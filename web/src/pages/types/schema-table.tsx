import { branchesOf, branchName, kindOf, type Schema } from '../../components/schema-form/schema';
import { Table } from '../../components/table';
import { texts } from '../../texts';

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
    <Table
      label={texts.types.fields}
      columns={[texts.types.field, texts.types.value, texts.types.whatItIs]}
      empty={texts.types.anyFields}
    >
      {rows.map(({ path, type, required, description }) => (
        <tr key={path}>
          <td className="nowrap">
            <code>{path}</code>
            {required && <span className="faint"> {texts.types.required}</span>}
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
      return branchesOf(schema).map(unionWords).join(texts.types.or);
    case 'array':
      return texts.types.listOf(typeWords(schema.items ?? {}));
    case 'number':
      return `${schema.type === 'integer' ? texts.types.wholeNumber : texts.types.number}${rangeWords(schema)}`;
    case 'string':
      return schema.format ?? (schema.maxLength ? texts.types.textUpTo(schema.maxLength) : texts.types.text);
    case 'boolean':
      return texts.types.yesOrNo;
    case 'object':
      return texts.types.object;
    default:
      return texts.types.anyJson;
  }
}

function unionWords(schema: Schema): string {
  return kindOf(schema) === 'object' ? `{ ${branchName(schema)} }` : typeWords(schema);
}

function rangeWords({ minimum, maximum }: Schema): string {
  if (minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return texts.types.between(minimum, maximum);
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) return texts.types.from(minimum);
  return '';
}

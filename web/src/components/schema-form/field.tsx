import { type ReactNode, useId } from 'react';
import { texts } from '../../texts';
import { ArrayField } from './array-field';
import { FileDrop } from './file-drop';
import { JsonField } from './json-field';
import { ObjectField } from './object-field';
import { isFileHash, kindOf, type Schema } from './schema';
import { UnionField } from './union-field';

export interface FieldProps {
  schema: Schema;
  name: string;
  /** JSON Pointer of the value, by which the API names what it refuses. */
  pointer: string;
  value: unknown;
  faults: Readonly<Record<string, string>>;
  required?: boolean;
  onChange(value: unknown): void;
}

/** One value of a contract, edited as its schema says. */
export function Field(props: FieldProps): ReactNode {
  switch (kindOf(props.schema)) {
    case 'object':
      return <ObjectField {...props} />;
    case 'array':
      return <ArrayField {...props} />;
    case 'union':
      return <UnionField {...props} />;
    case 'json':
      return <JsonField {...props} />;
    default:
      return <Simple {...props} />;
  }
}

function Simple(props: FieldProps) {
  const { schema, name, pointer, faults, required = false } = props;
  const id = useId();
  const fault = faults[pointer];
  return (
    <div className="schema-field">
      <label htmlFor={id}>
        {name} {!required && <span className="faint">{texts.schemaForm.optional}</span>}
      </label>
      <Control {...props} id={id} described={`${id}-help`} />
      <small id={`${id}-help`} className={fault ? 'fault' : 'faint'}>
        {fault ?? schema.description}
      </small>
      {isFileHash(schema) && <FileDrop onFile={({ hash }) => props.onChange(hash)} />}
    </div>
  );
}

function Control({
  schema,
  value,
  required = false,
  onChange,
  id,
  described,
}: FieldProps & { id: string; described: string }) {
  const common = { id, 'aria-describedby': described };
  const kind = kindOf(schema);
  if (kind === 'boolean') {
    return (
      <input
        {...common}
        type="checkbox"
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  }
  if (kind === 'enum') {
    const options = schema.enum ?? [schema.const];
    return (
      <select
        {...common}
        value={value === undefined ? '' : JSON.stringify(value)}
        onChange={(event) => onChange(event.target.value === '' ? undefined : JSON.parse(event.target.value))}
      >
        {!required && <option value="">{texts.schemaForm.notSet}</option>}
        {options.map((option) => (
          <option key={JSON.stringify(option)} value={JSON.stringify(option)}>
            {String(option)}
          </option>
        ))}
      </select>
    );
  }
  if (kind === 'number') {
    return (
      <input
        {...common}
        type="number"
        step={schema.type === 'integer' ? 1 : 'any'}
        min={schema.minimum}
        max={schema.maximum}
        value={typeof value === 'number' ? value : ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.valueAsNumber)}
      />
    );
  }
  const text = typeof value === 'string' ? value : '';
  const change = (next: string) => onChange(next === '' && !required ? undefined : next);
  const long = text.length > 80 || text.includes('\n') || (schema.maxLength ?? 0) > 1000;
  return long ? (
    <textarea
      {...common}
      rows={Math.min(10, Math.max(3, text.split('\n').length))}
      value={text}
      spellCheck={false}
      onChange={(event) => change(event.target.value)}
    />
  ) : (
    <input
      {...common}
      value={text}
      maxLength={schema.maxLength}
      spellCheck={false}
      onChange={(event) => change(event.target.value)}
    />
  );
}

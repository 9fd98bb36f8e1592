import { useId, useState } from 'react';
import { parseJson } from '../../lib/json';
import { texts } from '../../texts';
import type { FieldProps } from './field';

/** For what has no form of its own: any JSON, checked while it is typed. */
export function JsonField({ schema, name, pointer, value, faults, required = false, onChange }: FieldProps) {
  const id = useId();
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const { fault } = parseJson(text);
  const said = fault ?? faults[pointer];
  return (
    <div className="schema-field">
      <label htmlFor={id}>
        {name}{' '}
        <span className="faint">
          {texts.schemaForm.json}
          {required ? '' : texts.schemaForm.jsonOptional}
        </span>
      </label>
      <textarea
        id={id}
        className="mono"
        rows={Math.min(12, Math.max(2, text.split('\n').length))}
        value={text}
        spellCheck={false}
        aria-invalid={said !== undefined}
        aria-describedby={`${id}-help`}
        onChange={(event) => {
          setText(event.target.value);
          const next = parseJson(event.target.value);
          if (!next.fault) onChange(next.value);
        }}
      />
      <small id={`${id}-help`} className={said ? 'fault' : 'faint'}>
        {said ?? schema.description}
      </small>
    </div>
  );
}

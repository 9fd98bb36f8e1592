import { texts } from '../../texts';
import { Icon } from '../icons';
import { Field, type FieldProps } from './field';
import { startOf } from './schema';

export function ArrayField({ schema, name, pointer, value, faults, required = false, onChange }: FieldProps) {
  const list = Array.isArray(value) ? (value as unknown[]) : [];
  const items = schema.items ?? {};
  return (
    <fieldset className="schema-object">
      <legend>
        {name} {!required && <span className="faint">{texts.schemaForm.optional}</span>}
      </legend>
      {schema.description && <small className="faint">{schema.description}</small>}
      {faults[pointer] && <small className="fault">{faults[pointer]}</small>}
      {list.map((one, index) => (
        <div key={index} className="schema-line">
          <Field
            schema={items}
            name={`${index + 1}`}
            pointer={`${pointer}/${index}`}
            value={one}
            faults={faults}
            required
            onChange={(next) => onChange(list.map((before, at) => (at === index ? next : before)))}
          />
          <button
            type="button"
            className="icon-button small"
            aria-label={texts.schemaForm.removeItem(index + 1, name)}
            onClick={() => onChange(list.filter((_one, at) => at !== index))}
          >
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
      {list.length < (schema.maxItems ?? 1000) && (
        <button
          type="button"
          className="button quiet add"
          aria-label={texts.schemaForm.addTo(name)}
          onClick={() => onChange([...list, startOf(items)])}
        >
          <Icon name="plus" size={14} /> {texts.schemaForm.addItem}
        </button>
      )}
    </fieldset>
  );
}

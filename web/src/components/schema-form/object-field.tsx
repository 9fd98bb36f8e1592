import { texts } from '../../texts';
import { Icon } from '../icons';
import { Menu } from '../menu';
import { Field, type FieldProps } from './field';
import { isRecord, startOf } from './schema';

/** The fields that have a value, or must have one; the others are one click away. */
export function ObjectField({ schema, name, pointer, value, faults, required = false, onChange }: FieldProps) {
  const fields = Object.entries(schema.properties ?? {});
  const given = isRecord(value) ? value : {};
  const needed = schema.required ?? [];
  const shown = fields.filter(([field]) => field in given || needed.includes(field));
  const rest = fields.filter(([field]) => !(field in given) && !needed.includes(field));
  const set = (field: string, next: unknown) => {
    const { [field]: _before, ...others } = given;
    // The order of the contract is kept, whatever was added last.
    const all: Record<string, unknown> = next === undefined ? others : { ...others, [field]: next };
    onChange(Object.fromEntries(fields.filter(([one]) => one in all).map(([one]) => [one, all[one]])));
  };
  return (
    <fieldset className="schema-object">
      {name && (
        <legend>
          {name} {!required && <span className="faint">{texts.schemaForm.optional}</span>}
        </legend>
      )}
      {schema.description && name && <small className="faint">{schema.description}</small>}
      {faults[pointer] && <small className="fault">{faults[pointer]}</small>}
      {shown.map(([field, one]) => (
        <div key={field} className="schema-line">
          <Field
            schema={one}
            name={field}
            pointer={`${pointer}/${field}`}
            value={given[field]}
            faults={faults}
            required={needed.includes(field)}
            onChange={(next) => set(field, next)}
          />
          {!needed.includes(field) && (
            <button
              type="button"
              className="icon-button small"
              aria-label={texts.schemaForm.removeOf(field)}
              title={texts.schemaForm.removeOf(field)}
              onClick={() => set(field, undefined)}
            >
              <Icon name="close" size={14} />
            </button>
          )}
        </div>
      ))}
      {rest.length > 0 && (
        <Menu
          label={texts.schemaForm.fields}
          trigger={
            <button
              type="button"
              className="button quiet add"
              aria-label={name ? texts.schemaForm.addFieldTo(name) : texts.schemaForm.addField}
            >
              <Icon name="plus" size={14} /> {texts.schemaForm.addField}
            </button>
          }
          items={rest.map(([field, one]) => ({
            label: field,
            hint: one.description,
            onSelect: () => set(field, startOf(one)),
          }))}
        />
      )}
    </fieldset>
  );
}

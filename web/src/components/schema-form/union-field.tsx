import { useId, useState } from 'react';
import { texts } from '../../texts';
import { Field, type FieldProps } from './field';
import { FileDrop } from './file-drop';
import { branchesOf, branchName, branchOf, fileField, kindOf, startOf } from './schema';

/** Which of the alternatives, then its own fields. A dropped file becomes the one that takes a file. */
export function UnionField(props: FieldProps) {
  const { schema, name, value, required = false, onChange } = props;
  const id = useId();
  const [chosen, setChosen] = useState(() => branchOf(schema, value));
  const branches = branchesOf(schema);
  const branch = branches[chosen] ?? {};
  const ofFile = branches.findIndex((one) => kindOf(one) === 'object' && fileField(one));
  const field = branches[ofFile] && fileField(branches[ofFile]);
  const choose = (index: number) => {
    setChosen(index);
    onChange(startOf(branches[index] ?? {}));
  };
  return (
    <fieldset className="schema-object">
      <legend>
        {name} {!required && <span className="faint">{texts.schemaForm.optional}</span>}
      </legend>
      <div className="schema-field">
        <label htmlFor={id} className="sr-only">
          {texts.schemaForm.kindOf(name)}
        </label>
        <select id={id} value={chosen} onChange={(event) => choose(Number(event.target.value))}>
          {branches.map((one, index) => (
            <option key={index} value={index}>
              {branchName(one)}
            </option>
          ))}
        </select>
        {schema.description && <small className="faint">{schema.description}</small>}
      </div>
      <Field {...props} key={chosen} schema={branch} name={kindOf(branch) === 'object' ? '' : name} required />
      {field && ofFile !== chosen && (
        <FileDrop
          onFile={({ hash }) => {
            setChosen(ofFile);
            onChange({ [field]: hash });
          }}
        />
      )}
    </fieldset>
  );
}

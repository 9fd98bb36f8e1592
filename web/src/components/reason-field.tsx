import { useId } from 'react';
import { texts } from '../texts';

interface ReasonFieldProps {
  label: string;
  required: boolean;
  value: string;
  onChange(reason: string): void;
}

/** Why somebody does it; the usual answers are one click away. */
export function ReasonField({ label, required, value, onChange }: ReasonFieldProps) {
  const id = useId();
  return (
    <div className="reason-field">
      <label htmlFor={id}>
        {label} {!required && <span className="faint">{texts.parts.optional}</span>}
      </label>
      <input
        id={id}
        value={value}
        maxLength={1000}
        required={required}
        onChange={(event) => onChange(event.target.value)}
      />
      <div className="row wrap tight">
        {texts.usualReasons.map((reason) => (
          <button key={reason} type="button" className="chip" onClick={() => onChange(reason)}>
            {reason}
          </button>
        ))}
      </div>
    </div>
  );
}

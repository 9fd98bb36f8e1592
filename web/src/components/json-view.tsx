import { Code } from './code';

/** A value as text: nothing of it is ever markup. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  return <Code text={JSON.stringify(value, null, 2) ?? 'undefined'} label={label} />;
}

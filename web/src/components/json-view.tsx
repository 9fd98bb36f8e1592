import { CopyButton } from './bits';

/** A value as text: nothing of it is ever markup. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  const text = JSON.stringify(value, null, 2) ?? 'undefined';
  return (
    <div className="code">
      <CopyButton text={text} label={`Copy ${label}`} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long values scroll, also by keyboard */}
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
    </div>
  );
}

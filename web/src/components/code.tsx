import { texts } from '../texts';
import { CopyButton } from './bits';

/** Text to read and to copy: a command, a program, a value. */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    <div className="code">
      <CopyButton text={text} label={texts.parts.copyOf(label)} />
      <pre tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </div>
  );
}

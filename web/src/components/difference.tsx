import { useMemo } from 'react';
import { differences } from '../lib/json';
import { texts } from '../texts';

const SIGNS = { same: ' ', removed: '−', added: '+' } as const;
const NAMES = { same: '', removed: 'removed', added: 'added' } as const;
/** Unchanged lines around a change that are shown with it. */
const AROUND = 2;

/** What changes from one value to another; never by colour alone. */
export function Difference({ before, after }: { before: unknown; after: unknown }) {
  const lines = useMemo(() => differences(before, after), [before, after]);
  const near = useMemo(
    () =>
      lines.map((_line, at) =>
        lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== 'same'),
      ),
    [lines],
  );
  if (!lines.some(({ kind }) => kind !== 'same')) return <p className="muted">{texts.parts.nothingChanged}</p>;
  return (
    <div className="difference mono" role="region" aria-label={texts.parts.whatChanges} tabIndex={0}>
      {lines.map(({ kind, text }, at) =>
        near[at] ? (
          <div key={at} className={kind}>
            <span aria-hidden="true">{SIGNS[kind]}</span>
            {kind !== 'same' && <span className="sr-only">{NAMES[kind]}: </span>}
            <code>{text}</code>
          </div>
        ) : (
          near[at - 1] && (
            <div key={at} className="faint">
              …
            </div>
          )
        ),
      )}
    </div>
  );
}

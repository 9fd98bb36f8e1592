import { count } from '../lib/numbers';
import { texts } from '../texts';

export interface Outcome {
  name: string;
  value: number;
  /** The class of its colour; its name and figure stand beside it. */
  tone: string;
}

/** How far something of many parts has come, by what became of each. */
export function OutcomeBar({ outcomes, total }: { outcomes: readonly Outcome[]; total: number }) {
  const shown = outcomes.filter(({ value }) => value > 0);
  const said = shown.map(({ name, value }) => `${count(value)} ${name}`).join(', ') || texts.parts.nothingYet;
  let x = 0;
  return (
    <div className="outcomes">
      <svg
        viewBox="0 0 1000 10"
        preserveAspectRatio="none"
        role="img"
        aria-label={texts.parts.outcomesOf(count(total), said)}
      >
        {shown.map(({ name, value, tone }) => {
          const at = x;
          const width = (value / Math.max(total, 1)) * 1000;
          x += width;
          return <rect key={name} className={tone} x={at} y="0" width={Math.max(width, 4)} height="10" />;
        })}
      </svg>
      <ul className="legend">
        {shown.map(({ name, value, tone }) => (
          <li key={name}>
            <i className={tone} aria-hidden="true" />
            <strong>{count(value)}</strong> {name}
          </li>
        ))}
        {shown.length === 0 && <li className="faint">{texts.parts.nothingYet}</li>}
      </ul>
    </div>
  );
}

import type { Exactness } from '../api/insights';
import { texts } from '../texts';
import { Time } from './bits';

const HOW: Record<Exactness, string> = {
  exact: texts.parts.exact,
  sampled: texts.parts.sampled,
  partial: texts.parts.partlyRead,
};

/** How figures were made, and how old they are. */
export function Made({
  at,
  exactness,
  note,
  counting = false,
}: {
  at: string | undefined;
  exactness?: Exactness | undefined;
  note?: string;
  /** Whether what is partial is still being counted. */
  counting?: boolean;
}) {
  if (!at) return null;
  return (
    <p className="age">
      {texts.parts.counted} <Time at={at} />
      {exactness &&
        `, ${counting && exactness === 'partial' ? texts.parts.stillCounted : (HOW[exactness] ?? exactness)}`}
      {note && `; ${note}`}
    </p>
  );
}

/** Never a wrong figure: what this API cannot answer is said so. */
export function NotAvailable({ what }: { what: string }) {
  return <p className="muted not-available">{texts.parts.notAvailable(what)}</p>;
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type AttentionItem, attentionQuery, filterText } from '../../api/insights';
import { alertsQuery, deadLettersQuery } from '../../api/queries';
import { Clock, ErrorState, Said, Skeleton } from '../../components/bits';
import { Icon } from '../../components/icons';
import { Made } from '../../components/made';
import { count } from '../../lib/numbers';
import { texts } from '../../texts';

const SHOWN = 6;

/** The only loud box of the page; when nothing needs a person it is one calm line. */
export function Attention() {
  const attention = useQuery(attentionQuery);
  if (attention.data === null) return <FromAlerts />;
  if (attention.error && !attention.data)
    return <ErrorState error={attention.error} retry={() => void attention.refetch()} />;
  if (!attention.data) return <Skeleton lines={2} />;
  const { items, takenAt, unknown = [] } = attention.data;
  return <Box items={items} takenAt={takenAt} unknown={unknown} />;
}

/** An API without a summary has at least its alerts and dead letters. */
function FromAlerts() {
  const alerts = useQuery(alertsQuery);
  const letters = useInfiniteQuery(deadLettersQuery({}));
  const error = alerts.error ?? letters.error;
  if (error && !(alerts.data && letters.data)) {
    return <ErrorState error={error} retry={() => void Promise.all([alerts.refetch(), letters.refetch()])} />;
  }
  if (!alerts.data || !letters.data) return <Skeleton lines={2} />;
  const counts = letters.data.pages[0]?.counts;
  const items: AttentionItem[] = [
    ...alerts.data.open.map(({ title, message, since, todo }) => ({
      kind: 'alert',
      title,
      message,
      since,
      ...(todo && { todo }),
    })),
    ...(counts?.byFingerprint ?? []).map(({ fingerprint, type, code, count: of, message }) => ({
      kind: 'dead-letters',
      title: texts.overview.deadLettersOf(count(of), type),
      message: `${code}: ${message}`,
      filter: { state: 'dead-lettered', fingerprint, type },
    })),
  ];
  return <Box items={items} takenAt={counts?.takenAt} unknown={[]} />;
}

interface BoxProps {
  items: readonly AttentionItem[];
  takenAt: string | undefined;
  unknown: readonly string[];
}

function Box({ items, takenAt, unknown }: BoxProps) {
  const [all, setAll] = useState(false);
  if (items.length === 0) {
    return (
      <p className="calm">
        <Icon name="check" />
        {unknown.length === 0 ? (
          texts.overview.nothingNeedsAPerson
        ) : (
          <>
            {texts.overview.nothingFoundYet}{' '}
            <span className="faint">({texts.overview.notLookedAt(unknown.join(', '))})</span>
          </>
        )}
      </p>
    );
  }
  return (
    <section className="attention" aria-labelledby="attention-title">
      <h2 id="attention-title">
        <Icon name="dead-letters" /> {texts.overview.thingsNeed(items.length)}
      </h2>
      <ul>
        {(all ? items : firstOf(items)).map((item) => (
          <Item key={`${item.kind}${item.title}${item.message}`} item={item} />
        ))}
      </ul>
      {items.length > SHOWN && (
        <button type="button" className="link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? texts.overview.fewer : texts.overview.andMore(count(items.length - SHOWN))}
        </button>
      )}
      <Made at={takenAt} {...(unknown.length > 0 && { note: texts.overview.notLookedAt(unknown.join(', ')) })} />
    </section>
  );
}

/** The first of each kind, two at most, before a third of any: many breakers do not hide the dead letters. */
function firstOf(items: readonly AttentionItem[]): AttentionItem[] {
  const rank = (item: AttentionItem) => {
    const place = items.filter(({ kind }) => kind === item.kind).indexOf(item);
    return place < 2 ? 0 : place;
  };
  const chosen = [...items].sort((one, other) => rank(one) - rank(other)).slice(0, SHOWN);
  return items.filter((item) => chosen.includes(item));
}

function Item({ item: { title, message, since, why, todo, filter, link } }: { item: AttentionItem }) {
  // Of dead letters it begins with their failure code.
  const [, code, reason] = /^([A-Z]+(?:_[A-Z]+)+)?(?:; )?(.*)$/.exec(why ?? '') ?? [];
  return (
    <li>
      <div className="grow">
        <p className="row wrap">
          <strong>{title}</strong>
          {code && <code className="muted">{code}</code>}
          {since && (
            <span className="faint">
              {texts.overview.since} <Clock at={since} />
            </span>
          )}
        </p>
        <p className="muted clamp one" title={[message, reason, todo].filter(Boolean).join('\n')}>
          <Said text={message} />
          {reason && texts.overview.whyOf(reason)}
          {todo && (
            <span className="faint">
              {' '}
              <Said text={todo} />
            </span>
          )}
        </p>
      </div>
      {filter ? (
        <Link
          className="button"
          to="/tasks"
          search={{ q: filterText(filter) }}
          aria-label={texts.overview.lookAt(title)}
        >
          {texts.overview.look}
        </Link>
      ) : (
        // A link of the API is a page of this dashboard, or it is not followed.
        link?.startsWith('/') &&
        !link.startsWith('//') && (
          <Link className="button" to={link} aria-label={texts.overview.lookAt(title)}>
            {texts.overview.look}
          </Link>
        )
      )}
    </li>
  );
}

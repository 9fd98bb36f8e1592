import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { alertsQuery, deadLettersQuery } from '../../api/queries';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ErrorState, Time } from '../../components/bits';
import { Icon } from '../../components/icons';
import { count } from '../../lib/numbers';

/** The only loud box of the page; when nothing needs a person it is one calm line. */
export function Attention() {
  const alerts = useQuery(alertsQuery);
  const deadLetters = useInfiniteQuery(deadLettersQuery({}));
  const error = alerts.error ?? deadLetters.error;
  if (error && !alerts.data) return <ErrorState error={error} retry={() => void alerts.refetch()} />;
  const groups = deadLetters.data?.pages[0]?.counts?.byFingerprint ?? [];
  const open = alerts.data?.open ?? [];
  const things = groups.length + open.length;
  if (things === 0) {
    return (
      <p className="calm">
        <Icon name="check" /> Nothing needs a person.
      </p>
    );
  }
  return (
    <section className="attention" aria-label="What needs a person">
      <h2>
        <Icon name="dead-letters" /> {things === 1 ? '1 thing needs' : `${things} things need`} a person
      </h2>
      <ul>
        {groups.slice(0, 5).map(({ fingerprint, type, code, count: of, message }) => (
          <li key={fingerprint}>
            <strong>{count(of)} dead letters</strong> {type} <code>{code}</code>
            <span className="grow muted truncate" title={message}>
              {message}
            </span>
            <Link className="button" to="/dead-letters" search={{ q: `fingerprint:${fingerprint}` }}>
              Look
            </Link>
          </li>
        ))}
        {open.map(({ key, title, message, since, todo }) => (
          <li key={key}>
            <strong>{title}</strong>
            <span className="grow muted">
              {message} {todo}
            </span>
            <span className="faint nowrap">
              since <Time at={since} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

import { useQuery } from '@tanstack/react-query';
import { alertsQuery } from '../../api/queries';
import { ErrorState, Panel, Said, Skeleton, Time } from '../../components/bits';
import { texts } from '../../texts';

const SHOWN = 6;

/** What the monitor said last, also what is over by now. */
export function LastAlerts() {
  const { data, error, refetch } = useQuery(alertsQuery);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  const notices = [...(data?.notices ?? [])].sort((one, other) => other.at.localeCompare(one.at)).slice(0, SHOWN);
  return (
    <Panel title={texts.overview.lastAlerts} flush>
      {!data && <Skeleton lines={4} />}
      {data && notices.length === 0 && <p className="muted padded">{texts.overview.none}</p>}
      <ul className="notices">
        {notices.map(({ key, at, title, message, severity, cleared }) => (
          <li key={`${key}${at}`}>
            <p className="row between">
              <strong className="breakable">{title}</strong>
              <span className="faint">
                <Time at={at} />
              </span>
            </p>
            <p className="muted small clamp" title={message}>
              <span className={cleared ? 'faint' : severity.toLowerCase()}>
                {cleared ? texts.overview.over : texts.overview.severity(severity)}
              </span>{' '}
              <Said text={message} />
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

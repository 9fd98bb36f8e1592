import { useQuery } from '@tanstack/react-query';
import { alertsQuery } from '../../api/queries';
import { ErrorState, Panel, Said, Time } from '../../components/bits';
import { Table } from '../../components/table';
import { texts } from '../../texts';

const SHOWN = 6;

/** What the monitor said last, also what is over by now. */
export function LastAlerts() {
  const { data, error, refetch } = useQuery(alertsQuery);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  const notices = [...(data?.notices ?? [])].sort((one, other) => other.at.localeCompare(one.at)).slice(0, SHOWN);
  return (
    <Panel title={texts.overview.lastAlerts} flush>
      <Table label={texts.overview.lastAlerts} empty={texts.overview.none}>
        {notices.map(({ key, at, title, message, severity, cleared }) => (
          <tr key={`${key}${at}`}>
            <td>
              <span className={cleared ? 'faint' : 'fault'}>
                {cleared ? texts.overview.over : severity.toLowerCase()}
              </span>
            </td>
            <td>
              <strong>{title}</strong>{' '}
              <span className="muted">
                <Said text={message} />
              </span>
            </td>
            <td className="number">
              <Time at={at} />
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

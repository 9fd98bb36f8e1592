import { useQuery } from '@tanstack/react-query';
import { useRefused } from '../../api/may';
import { scheduleCheckQuery, schedulesQuery } from '../../api/queries';
import { EmptyState, ErrorState, PageHead, Panel, Skeleton } from '../../components/bits';
import { Code } from '../../components/code';
import { Icon } from '../../components/icons';
import { texts } from '../../texts';
import { DayStrip } from './day-strip';
import { ScheduleCard } from './schedule-card';

/** What runs by the clock: when, what came of the last runs, and what is likely to go wrong. */
export function Schedules() {
  const { data, error, refetch } = useQuery(schedulesQuery);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={8} />;
  const { schedules } = data;
  const paused = schedules.filter((one) => one.paused).length;
  return (
    <>
      <PageHead
        title={texts.schedules.schedules}
        meta={schedules.length > 0 && texts.schedules.listed(schedules.length, Boolean(data.cursor), paused)}
      />
      {schedules.length === 0 ? (
        <EmptyState {...texts.nothing.schedules}>
          <Code text={EXAMPLE} label={texts.schedules.commandMakesOne} />
        </EmptyState>
      ) : (
        <>
          <Findings />
          <Panel title={texts.schedules.next24Hours}>
            <DayStrip schedules={schedules} />
          </Panel>
          <ul className="stack tight">
            {[...schedules]
              .sort((one, other) => one.id.localeCompare(other.id))
              .map((schedule) => (
                <ScheduleCard key={schedule.id} schedule={schedule} />
              ))}
          </ul>
        </>
      )}
    </>
  );
}

const EXAMPLE = `curl -s ${location.origin}/v1/schedules -H 'Content-Type: application/json' \\
  -d '{"id":"nightly","type":"command.run","input":{"command":"date"},"cron":"0 6 * * 1-5","timeZone":"Europe/Berlin"}'`;

const KINDS: Record<string, string> = {
  'held-up': texts.schedules.heldUp,
  'runs-overlap': texts.schedules.runsOverlap,
  'hot-spot': texts.schedules.manyAtOnce,
  'runs-missed': texts.schedules.runsMissed,
  'never-fires': texts.schedules.neverFires,
  'catch-up-too-long': texts.schedules.longCatchUp,
  paused: texts.schedules.paused,
};

function Findings() {
  const refused = useRefused('operate', { installation: true });
  const { data, error } = useQuery({ ...scheduleCheckQuery, enabled: !refused });
  if (error && !data) return <p className="fault">{texts.schedules.checkFailed(error.message)}</p>;
  // Which are paused is plain to see below.
  const findings = (data?.findings ?? []).filter(({ kind }) => kind !== 'paused');
  if (findings.length === 0) return null;
  return (
    <section className="notes" aria-label={texts.schedules.findings}>
      <ul>
        {findings.map(({ kind, message, todo }) => (
          <li key={`${kind}${message}`}>
            <Icon name="dead-letters" />
            <p>
              <strong>{KINDS[kind] ?? kind}:</strong> {message}
              <span className="muted"> {todo}</span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

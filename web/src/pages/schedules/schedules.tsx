import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { useRefused } from '../../api/may';
import { scheduleCheckQuery, schedulesQuery, taskTypesQuery } from '../../api/queries';
import { EmptyState, PageHead, Panel } from '../../components/bits';
import { Code } from '../../components/code';
import { Icon } from '../../components/icons';
import { Loaded } from '../../components/table';
import { texts } from '../../texts';
import { DayStrip } from './day-strip';
import { ScheduleCard } from './schedule-card';

/** What runs by the clock: when, what came of the last runs, and what is likely to go wrong. */
export function Schedules() {
  const query = useQuery(schedulesQuery);
  return (
    <Loaded query={query} lines={8} title={texts.schedules.schedules}>
      {(data) => <ScheduleList page={data} />}
    </Loaded>
  );
}

function ScheduleList({ page: { schedules, cursor } }: { page: Schemas['SchedulePage'] }) {
  const paused = schedules.filter((one) => one.paused).length;
  return (
    <>
      <PageHead
        title={texts.schedules.schedules}
        meta={schedules.length > 0 && texts.schedules.listed(schedules.length, Boolean(cursor), paused)}
      />
      {schedules.length === 0 ? (
        <EmptyState {...texts.nothing.schedules}>
          <Example />
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

/** The call that makes one, of a type that is there. */
function Example() {
  const { data } = useQuery(taskTypesQuery);
  const [first] = data?.taskTypes ?? [];
  if (!first) return null;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const order = { id: 'nightly', type: first.type, input: first.example, cron: '0 6 * * 1-5', timeZone };
  const body = JSON.stringify(order, undefined, 2).replaceAll("'", "'\\''");
  const text = `curl -s ${location.origin}/v1/schedules -H 'Content-Type: application/json' \\\n  -d '${body}'`;
  return <Code text={text} label={texts.schedules.commandMakesOne} />;
}

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

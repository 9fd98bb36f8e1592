import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { RANGES, type Range } from '../../api/insights';
import { useRefused } from '../../api/may';
import { schedulesQuery, statsQuery } from '../../api/queries';
import { Count, EmptyState, PageHead, Panel, Time } from '../../components/bits';
import { Loaded, Table } from '../../components/table';
import { duration } from '../../lib/time';
import { texts } from '../../texts';
import { Attention } from './attention';
import { LastAlerts } from './last-alerts';
import { Throughput } from './throughput';
import { TypeTable } from './type-table';

/** Is everything fine? What is wrong, and why? How is it made right? In this order. */
export function Overview() {
  const { range: given } = useSearch({ from: '/' });
  const range = RANGES.find((one) => one === given) ?? '1h';
  const navigate = useNavigate();
  const refused = useRefused('read', { installation: true });
  if (refused) {
    return (
      <>
        <PageHead title={texts.overview.overview} />
        <EmptyState title={texts.overview.ofEveryTenant} hint={refused}>
          <Link className="button primary" to="/tasks">
            {texts.overview.tasks}
          </Link>
        </EmptyState>
        <NextSchedules />
      </>
    );
  }
  return (
    <>
      <PageHead title={texts.overview.overview} />
      <Attention />
      <Figures
        range={range}
        onRange={(next) => void navigate({ to: '/', search: next === '1h' ? {} : { range: next }, replace: true })}
      />
      <div className="split">
        <NextSchedules />
        <LastAlerts />
      </div>
    </>
  );
}

/** Each part asks for its own, so that none waits for another. */
function Figures({ range, onRange }: { range: Range; onRange(range: Range): void }) {
  const stats = useQuery(statsQuery);
  return (
    <>
      <div className="overview-grid">
        <Panel title={texts.overview.now}>
          <Loaded query={stats} lines={7}>
            {(counts) => <NowList stats={counts} />}
          </Loaded>
        </Panel>
        <Throughput range={range} onRange={onRange} />
      </div>
      <TypeTable range={range} />
      <Panel title={texts.overview.queues} flush>
        <Loaded query={stats} lines={4}>
          {({ queues }) => <QueueTable queues={queues.list} />}
        </Loaded>
      </Panel>
    </>
  );
}

function NowList({ stats }: { stats: Schemas['Stats'] }) {
  const { recorded, total } = stats.tasks;
  const waiting = stats.queues.list.reduce((sum, { backlog }) => sum + backlog, 0);
  const running = runningOf(stats);
  const { scheduled = 0, paused = 0, 'dead-lettered': parked = 0 } = recorded;
  const retrying =
    running === undefined ? undefined : Math.max(0, total.open - waiting - running - scheduled - paused - parked);
  const { waitingFrom, runningFrom, retryingFrom } = texts.overview;
  return (
    <>
      <ul className="now">
        <Now name={texts.overview.open} value={total.open} q="" />
        <Now name={texts.overview.waiting} value={waiting} q="state:queued" approximate={waitingFrom} />
        <Now name={texts.overview.running} value={running} q="state:running" approximate={runningFrom} />
        <Now name={texts.overview.retrying} value={retrying} q="state:retrying" approximate={retryingFrom} />
        <Now name={texts.overview.scheduled} value={recorded.scheduled} q="state:scheduled" />
        <Now name={texts.overview.paused} value={recorded.paused} q="state:paused" />
        <Now name={texts.overview.deadLettered} value={recorded['dead-lettered']} q="state:dead-lettered" />
      </ul>
      <p className="age">
        {texts.overview.counted} <Time at={stats.takenAt} />
        {texts.overview.nowIsEstimate}
      </p>
    </>
  );
}

function QueueTable({ queues }: { queues: Schemas['Stats']['queues']['list'] }) {
  return (
    <Table
      label={texts.overview.queues}
      columns={[
        texts.overview.queue,
        [texts.overview.waiting, 'number'],
        [texts.overview.oldest, 'number'],
        [texts.overview.workers, 'number'],
      ]}
    >
      {queues.map(({ queue, backlog, backlogAgeSeconds, workers }) => (
        <tr key={queue}>
          <td>
            <Link to="/queues">{queue}</Link>
          </td>
          <td className="number">
            <Count value={backlog} approximate />
          </td>
          <td className="number">{backlog > 0 ? duration(backlogAgeSeconds) : '–'}</td>
          <td className="number">
            {workers.length > 0 ? (
              workers.length
            ) : (
              <span className={backlog > 0 ? 'fault strong' : 'faint'}>{texts.overview.noWorkers}</span>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** As the workers reported last; unknown while none of them has. */
function runningOf({ queues }: Schemas['Stats']): number | undefined {
  const known = queues.list.flatMap(({ slots }) => (slots ? [slots.used] : []));
  return known.length === 0 ? undefined : known.reduce((sum, used) => sum + used, 0);
}

function Now({
  name,
  value,
  q,
  approximate,
}: {
  name: string;
  value: number | undefined;
  q: string;
  approximate?: string;
}) {
  // An API that does not count a state says nothing of it: no figure is better than a wrong one.
  if (value === undefined) return null;
  return (
    <li>
      <Link to="/tasks" search={q ? { q } : {}}>
        <span className="muted">{name}</span>
        <strong>
          <Count value={value} {...(approximate && { approximate })} />
        </strong>
      </Link>
    </li>
  );
}

function NextSchedules() {
  const query = useQuery(schedulesQuery);
  return (
    <Panel title={texts.overview.nextScheduledRuns} flush>
      <Loaded query={query} lines={4}>
        {({ schedules }) => <ScheduleTable schedules={schedules} />}
      </Loaded>
    </Panel>
  );
}

function ScheduleTable({ schedules }: { schedules: readonly Schemas['Schedule'][] }) {
  const next = schedules
    .flatMap(({ id, type, nextRuns, paused }) => (nextRuns[0] && !paused ? [{ id, type, at: nextRuns[0] }] : []))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .slice(0, 6);
  return (
    <Table label={texts.overview.nextScheduledRuns} empty={texts.overview.none}>
      {next.map(({ id, type, at }) => (
        <tr key={id}>
          <td>
            <Link to="/schedules">{id}</Link>
          </td>
          <td className="muted">{type}</td>
          <td className="number">
            <Time at={at} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { useBlocked } from '../../api/may';
import { Clock, Id, StateBadge, Tag, Time } from '../../components/bits';
import { Icon } from '../../components/icons';
import { JsonView } from '../../components/json-view';
import { Menu } from '../../components/menu';
import { useAction } from '../../components/use-action';
import { count } from '../../lib/numbers';
import { duration } from '../../lib/time';
import { type ScheduleAction, ScheduleDialog } from './schedule-dialog';
import { timingWords } from './times';

type Schedule = Schemas['Schedule'];

const OVERLAPS: Record<Schedule['overlap'], string> = {
  skip: 'skips a run while one is open',
  'buffer-one': 'keeps one run waiting while one is open',
  'buffer-all': 'keeps every run waiting while one is open',
  'cancel-other': 'cancels the open run',
  'terminate-other': 'ends the open run at once',
  'allow-all': 'runs beside open ones',
};

/** One schedule: in plain words, then its next and last runs. */
export function ScheduleCard({ schedule }: { schedule: Schedule }) {
  const { id, type, paused, note, nextRuns, lastRuns, counts, cron } = schedule;
  const [asked, setAsked] = useState<ScheduleAction>();
  const blocked = useBlocked('operate');
  const resume = useAction({
    send: () => data(api.POST('/v1/schedules/{id}/resume', { params: { path: { id } }, body: {} })),
    said: () => `${id} runs again.`,
    touches: [['schedules']],
  });
  const missed = counts.missedCatchUp + counts.skippedOverlap;
  return (
    <li className={paused ? 'panel schedule paused' : 'panel schedule'}>
      <div className="row wrap between">
        <h2 className="row wrap">
          <Id id={id}>
            <span className="breakable">{id}</span>
          </Id>
          <Link className="link" to="/tasks" search={{ q: `tag:schedule:${id}` }}>
            {type}
          </Link>
          {paused && <StateBadge state="paused" />}
        </h2>
        <div className="row">
          {paused ? (
            <button
              type="button"
              className="button small"
              disabled={Boolean(blocked) || resume.isPending}
              title={blocked}
              onClick={() => resume.mutate()}
              aria-label={`Resume ${id}`}
            >
              Resume
            </button>
          ) : (
            <button
              type="button"
              className="button small"
              disabled={Boolean(blocked)}
              onClick={() => setAsked('pause')}
              aria-label={`Pause ${id}`}
            >
              Pause…
            </button>
          )}
          <Menu
            label={`Actions on ${id}`}
            trigger={
              <button
                type="button"
                className="icon-button"
                aria-label={`More of ${id}`}
                disabled={Boolean(blocked)}
                title={blocked}
              >
                <Icon name="more" />
              </button>
            }
            items={[
              { label: 'Run now…', onSelect: () => setAsked('trigger') },
              { label: 'Backfill…', hint: 'Make up for missed times', onSelect: () => setAsked('backfill') },
            ]}
          />
        </div>
      </div>
      <p>
        {timingWords(schedule)}
        {cron && (
          <>
            {' '}
            <code className="faint">{cron}</code>
          </>
        )}
        <span className="muted">; {OVERLAPS[schedule.overlap]}</span>
      </p>
      {note && <p className="muted breakable">{note}</p>}
      <div className="schedule-runs">
        <Runs name="Next" empty={paused ? 'none while paused' : 'none'}>
          {paused
            ? []
            : nextRuns.slice(0, 5).map((at, index) =>
                index === 0 ? (
                  <strong key={at} className="strong">
                    <Time at={at} />
                  </strong>
                ) : (
                  <Clock key={at} at={at} />
                ),
              )}
        </Runs>
        <Runs name="Last" empty="none yet">
          {lastRuns
            .slice(-5)
            .reverse()
            .map((run) => (
              <Link key={run.taskId} className="run" to="/tasks/$id" params={{ id: run.taskId }} title={run.taskId}>
                {run.state ? <StateBadge state={run.state} /> : <span className="faint">started</span>}{' '}
                <Clock at={run.scheduledFor} />
                {run.endedAt && (
                  <span className="faint">
                    {duration((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000)}
                  </span>
                )}
              </Link>
            ))}
        </Runs>
      </div>
      <p className="faint small">
        {count(counts.started)} started
        {missed > 0 &&
          `, ${count(counts.skippedOverlap)} skipped for an open run, ${count(counts.missedCatchUp)} missed`}
        {counts.waiting > 0 && `, ${count(counts.waiting)} waiting`}
        {schedule.tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </p>
      <details className="fold">
        <summary>Input and policy</summary>
        <JsonView
          value={{
            input: schedule.input,
            policy: schedule.policy,
            priority: schedule.priority,
            tenant: schedule.tenant,
          }}
          label={`the input of ${id}`}
        />
      </details>
      {asked && <ScheduleDialog schedule={schedule} action={asked} onClose={() => setAsked(undefined)} />}
    </li>
  );
}

function Runs({ name, empty, children }: { name: string; empty: string; children: ReactNode[] }) {
  return (
    <div className="runs">
      <h3>{name}</h3>
      {children.length === 0 ? <span className="faint">{empty}</span> : <div className="row wrap">{children}</div>}
    </div>
  );
}

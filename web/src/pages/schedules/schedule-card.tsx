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
import { texts } from '../../texts';
import { type ScheduleAction, ScheduleDialog } from './schedule-dialog';
import { timingWords } from './times';

type Schedule = Schemas['Schedule'];

const OVERLAPS: Record<Schedule['overlap'], string> = {
  skip: texts.schedules.overlapSkip,
  'buffer-one': texts.schedules.overlapBufferOne,
  'buffer-all': texts.schedules.overlapBufferAll,
  'cancel-other': texts.schedules.overlapCancelOther,
  'terminate-other': texts.schedules.overlapTerminateOther,
  'allow-all': texts.schedules.overlapAllowAll,
};

/** One schedule: in plain words, then its next and last runs. */
export function ScheduleCard({ schedule }: { schedule: Schedule }) {
  const { id, type, paused, note, nextRuns, lastRuns, counts, cron } = schedule;
  const [asked, setAsked] = useState<ScheduleAction>();
  const blocked = useBlocked('operate');
  const resume = useAction({
    send: () => data(api.POST('/v1/schedules/{id}/resume', { params: { path: { id } }, body: {} })),
    said: () => texts.schedules.runsAgain(id),
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
              aria-label={texts.schedules.resumeOf(id)}
            >
              {texts.schedules.resume}
            </button>
          ) : (
            <button
              type="button"
              className="button small"
              disabled={Boolean(blocked)}
              onClick={() => setAsked('pause')}
              aria-label={texts.schedules.pauseOf(id)}
            >
              {texts.schedules.pauseAsk}
            </button>
          )}
          <Menu
            label={texts.schedules.actionsOn(id)}
            trigger={
              <button
                type="button"
                className="icon-button"
                aria-label={texts.schedules.moreOf(id)}
                disabled={Boolean(blocked)}
                title={blocked}
              >
                <Icon name="more" />
              </button>
            }
            items={[
              { label: texts.schedules.runNowAsk, onSelect: () => setAsked('trigger') },
              {
                label: texts.schedules.backfillAsk,
                hint: texts.schedules.makeUpForMissedTimes,
                onSelect: () => setAsked('backfill'),
              },
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
        <Runs name={texts.schedules.next} empty={paused ? texts.schedules.noneWhilePaused : texts.schedules.none}>
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
        <Runs name={texts.schedules.last} empty={texts.schedules.noneYet}>
          {lastRuns
            .slice(-5)
            .reverse()
            .map((run) => (
              <Link key={run.taskId} className="run" to="/tasks/$id" params={{ id: run.taskId }} title={run.taskId}>
                {run.state ? (
                  <StateBadge state={run.state} />
                ) : (
                  <span className="faint">{texts.schedules.started}</span>
                )}{' '}
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
        {texts.schedules.startedCount(count(counts.started))}
        {missed > 0 && texts.schedules.skippedAndMissed(count(counts.skippedOverlap), count(counts.missedCatchUp))}
        {counts.waiting > 0 && texts.schedules.waitingCount(count(counts.waiting))}
        {schedule.tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </p>
      <details className="fold">
        <summary>{texts.schedules.inputAndPolicy}</summary>
        <JsonView
          value={{
            input: schedule.input,
            policy: schedule.policy,
            priority: schedule.priority,
            tenant: schedule.tenant,
          }}
          label={texts.schedules.theInputOf(id)}
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

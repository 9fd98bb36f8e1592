import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { ActionDialog } from '../../components/action-dialog';
import { useAction } from '../../components/use-action';
import { count } from '../../lib/numbers';
import { exact } from '../../lib/time';
import { texts } from '../../texts';
import { timesBetween } from './times';

export type ScheduleAction = 'pause' | 'trigger' | 'backfill';
interface DialogProps {
  schedule: Schemas['Schedule'];
  onClose(): void;
}

export function ScheduleDialog({ action, ...props }: DialogProps & { action: ScheduleAction }) {
  if (action === 'pause') return <Pause {...props} />;
  return action === 'trigger' ? <Trigger {...props} /> : <Backfill {...props} />;
}

const touches = [['schedules']] as const;

function Pause({ schedule: { id }, onClose }: DialogProps) {
  const send = useAction({
    send: (note: string) =>
      data(api.POST('/v1/schedules/{id}/pause', { params: { path: { id } }, body: note ? { note } : {} })),
    said: () => texts.schedules.isPaused(id),
    touches,
  });
  return (
    <ActionDialog
      title={texts.schedules.pauseOf(id)}
      explanation={texts.schedules.pauseExplained}
      confirm={texts.schedules.pause}
      reasonLabel={texts.schedules.pauseReason}
      pending={send.isPending}
      error={send.error}
      onClose={onClose}
      onSend={(note) => send.mutate(note, { onSuccess: onClose })}
    />
  );
}

function Trigger({ schedule: { id, type }, onClose }: DialogProps) {
  const [overlap, setOverlap] = useState(false);
  // One second for the whole dialog: a second press makes no second run.
  const [at] = useState(() => new Date().toISOString());
  const send = useAction({
    send: () =>
      data<Schemas['TriggeredRun']>(
        api.POST('/v1/schedules/{id}/trigger', { params: { path: { id } }, body: { at, ...(overlap && { overlap }) } }),
      ),
    said: ({ started }) => (started ? texts.schedules.runsNow(id) : texts.schedules.hadBeenStarted(id)),
    touches,
  });
  return (
    <ActionDialog
      title={texts.schedules.runNowTitle(id)}
      explanation={texts.schedules.runNowExplained(type)}
      confirm={texts.schedules.runNow}
      reason="none"
      pending={send.isPending}
      error={send.error}
      onClose={onClose}
      onSend={() => send.mutate(undefined, { onSuccess: onClose })}
    >
      <label className="check">
        <input type="checkbox" checked={overlap} onChange={(event) => setOverlap(event.target.checked)} />
        {texts.schedules.alsoBeside}
      </label>
    </ActionDialog>
  );
}

const MOST = 1000;

/** Nothing is made up for before its times were seen. */
function Backfill({ schedule, onClose }: DialogProps) {
  const { id } = schedule;
  const [from, setFrom] = useState(() => localText(new Date(Date.now() - 86_400_000)));
  const [to, setTo] = useState(() => localText(new Date()));
  const [spacing, setSpacing] = useState('0');
  const [begin, end] = [new Date(from), new Date(to)];
  const valid = begin.getTime() <= end.getTime();
  const times = valid ? timesBetween(schedule, begin, end, MOST) : [];
  const send = useAction({
    send: () =>
      data<Schemas['BackfillReport']>(
        api.POST('/v1/schedules/{id}/backfill', {
          params: { path: { id } },
          body: {
            from: begin.toISOString(),
            to: end.toISOString(),
            ...(Number(spacing) > 0 && { spacing: Number(spacing) }),
          },
        }),
      ),
    said: ({ taskIds, existing }) => texts.schedules.backfilled(count(taskIds.length), count(existing)),
    touches,
  });
  return (
    <ActionDialog
      title={texts.schedules.backfillOf(id)}
      explanation={texts.schedules.backfillExplained}
      confirm={times ? texts.schedules.makeUpForUpTo(count(times.length)) : texts.schedules.backfill}
      reason="none"
      pending={send.isPending}
      blocked={!valid || times?.length === 0}
      error={send.error}
      onClose={onClose}
      onSend={() => send.mutate(undefined, { onSuccess: onClose })}
    >
      <div className="form two">
        <label>
          {texts.schedules.from}
          <input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} required />
        </label>
        <label>
          {texts.schedules.to}
          <input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} required />
        </label>
      </div>
      <label>
        {texts.schedules.secondsBetween}
        <input type="number" min={0} value={spacing} onChange={(event) => setSpacing(event.target.value)} />
      </label>
      <div className="preview" role="status">
        {!times ? (
          <span className="muted">{texts.schedules.timesUnknown}</span>
        ) : (
          <>
            <strong>{texts.schedules.times(count(times.length), times.length === MOST)}</strong>
            <ol className="times">
              {times.slice(0, 8).map((at) => (
                <li key={at.getTime()}>{exact(at)}</li>
              ))}
              {times.length > 8 && <li className="faint">{texts.schedules.until(exact(times.at(-1) as Date))}</li>}
            </ol>
          </>
        )}
      </div>
    </ActionDialog>
  );
}

/** As the browser's field for local times wants it. */
function localText(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

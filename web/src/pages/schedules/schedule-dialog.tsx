import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { ActionDialog } from '../../components/action-dialog';
import { useAction } from '../../components/use-action';
import { count } from '../../lib/numbers';
import { exact } from '../../lib/time';
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
    said: () => `${id} is paused.`,
    touches,
  });
  return (
    <ActionDialog
      title={`Pause ${id}`}
      explanation="No run starts until it is resumed. Runs that are open go on."
      confirm="Pause"
      reasonLabel="Why, as a note on the schedule"
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
    said: ({ started }) => (started ? `${id} runs now.` : `${id} had been started for this second.`),
    touches,
  });
  return (
    <ActionDialog
      title={`Run ${id} now`}
      explanation={`One ${type} is submitted with the input of the schedule; its times stay as they are.`}
      confirm="Run now"
      reason="none"
      pending={send.isPending}
      error={send.error}
      onClose={onClose}
      onSend={() => send.mutate(undefined, { onSuccess: onClose })}
    >
      <label className="check">
        <input type="checkbox" checked={overlap} onChange={(event) => setOverlap(event.target.checked)} />
        Also beside a run that is open
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
    said: ({ taskIds, existing }) => `${count(taskIds.length)} started, ${count(existing)} were there already.`,
    touches,
  });
  return (
    <ActionDialog
      title={`Backfill ${id}`}
      explanation="Runs the times of a range that have no task. A time that has one is left alone, so doing it twice makes none twice."
      confirm={times ? `Make up for up to ${count(times.length)}` : 'Backfill'}
      reason="none"
      pending={send.isPending}
      blocked={!valid || times?.length === 0}
      error={send.error}
      onClose={onClose}
      onSend={() => send.mutate(undefined, { onSuccess: onClose })}
    >
      <div className="form two">
        <label>
          From
          <input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} required />
        </label>
        <label>
          To
          <input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} required />
        </label>
      </div>
      <label>
        Seconds between two beginnings
        <input type="number" min={0} value={spacing} onChange={(event) => setSpacing(event.target.value)} />
      </label>
      <div className="preview" role="status">
        {!times ? (
          <span className="muted">The times of this expression cannot be shown here; the answer will count them.</span>
        ) : (
          <>
            <strong>
              {count(times.length)}
              {times.length === MOST ? ' or more' : ''} {times.length === 1 ? 'time' : 'times'}
            </strong>
            <ol className="times">
              {times.slice(0, 8).map((at) => (
                <li key={at.getTime()}>{exact(at)}</li>
              ))}
              {times.length > 8 && <li className="faint">… until {exact(times.at(-1) as Date)}</li>}
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

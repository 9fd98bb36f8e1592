import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { signature } from '../../api/session';
import { Fault, shortId } from '../../components/bits';
import { Dialog } from '../../components/dialog';
import { ReasonField } from '../../components/reason-field';
import { count } from '../../lib/numbers';

export type BulkAim = { ids: string[] } | { filter: Record<string, string> };
type Action = Schemas['BulkAction']['action'];

const ACTIONS: readonly { action: Action; name: string; does: string }[] = [
  {
    action: 'retry',
    name: 'Retry',
    does: 'Runs failed, cancelled and dead-lettered tasks again, and retrying ones at once.',
  },
  { action: 'pause', name: 'Pause', does: 'Holds the next attempt.' },
  { action: 'resume', name: 'Resume', does: 'Lets paused tasks go on.' },
  { action: 'cancel', name: 'Cancel', does: 'Stops the handler, then ends the task.' },
  { action: 'abandon', name: 'Abandon', does: 'Ends the task as failed and frees its key.' },
  { action: 'resolve', name: 'Resolve', does: 'Ends the task as completed with the result that you give.' },
];

/** Counts first, then acts: nothing starts before the preview was seen. */
export function BulkDialog({ aim, onClose }: { aim: BulkAim; onClose(): void }) {
  const navigate = useNavigate();
  const form = useId();
  const [action, setAction] = useState<Action>('retry');
  const [reason, setReason] = useState('');
  const [result, setResult] = useState('null');
  const [rate, setRate] = useState(10);
  const [canary, setCanary] = useState(true);
  const chosen = ACTIONS.find((one) => one.action === action) as (typeof ACTIONS)[number];
  const body = () => ({
    action,
    ...('ids' in aim ? { ids: aim.ids } : { filter: filterOf(aim.filter) }),
    ...signature(),
    ...(reason && { reason }),
    ...(action === 'resolve' && { result: JSON.parse(result) as unknown }),
    rate,
    ...(action === 'retry' && { canary }),
  });
  const preview = useMutation({
    mutationFn: () =>
      data(api.POST('/v1/bulk-actions', { body: { ...body(), dryRun: true } as never })) as Promise<
        Schemas['BulkPreview']
      >,
  });
  const start = useMutation({
    mutationFn: () => data(api.POST('/v1/bulk-actions', { body: body() as never })) as Promise<Schemas['BulkAction']>,
    onSuccess: ({ id }) => {
      onClose();
      void navigate({ to: '/bulk-actions/$id', params: { id } });
    },
  });
  const error = start.error ?? preview.error;
  const seen = preview.data;
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      preview.reset();
      set(value);
    };
  return (
    <Dialog
      title={'ids' in aim ? `Act on ${count(aim.ids.length)} tasks` : 'Act on all that match'}
      onClose={onClose}
      footer={
        seen ? (
          <>
            <button type="button" className="button" onClick={() => preview.reset()}>
              Back
            </button>
            <button
              type="button"
              className="button primary"
              disabled={seen.count === 0 || start.isPending}
              onClick={() => start.mutate()}
            >
              {chosen.name} {count(seen.count)} {seen.partial ? 'or more' : ''}
            </button>
          </>
        ) : (
          <button type="submit" form={form} className="button primary" disabled={preview.isPending || !reason.trim()}>
            {preview.isPending ? 'Counting…' : 'Count first'}
          </button>
        )
      }
    >
      <form
        id={form}
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          preview.mutate();
        }}
      >
        <label>
          Action
          <select value={action} onChange={(event) => change(setAction)(event.target.value as Action)}>
            {ACTIONS.map((one) => (
              <option key={one.action} value={one.action}>
                {one.name}
              </option>
            ))}
          </select>
          <small className="muted">{chosen.does}</small>
        </label>
        <ReasonField
          label="Reason, shown in the timeline of every task"
          required
          value={reason}
          onChange={change(setReason)}
        />
        {action === 'resolve' && (
          <label>
            Result, as JSON
            <textarea
              className="mono"
              rows={3}
              value={result}
              onChange={(event) => change(setResult)(event.target.value)}
            />
          </label>
        )}
        <label>
          Tasks a second
          <input
            type="number"
            min={1}
            max={100}
            value={rate}
            onChange={(event) => change(setRate)(event.target.valueAsNumber)}
          />
        </label>
        {action === 'retry' && (
          <label className="check">
            <input type="checkbox" checked={canary} onChange={(event) => change(setCanary)(event.target.checked)} />
            One task first, then ten, then all; stop when the failure comes back
          </label>
        )}
        <Fault text={error?.message} />
        {seen && <Preview seen={seen} />}
      </form>
    </Dialog>
  );
}

function Preview({ seen }: { seen: Schemas['BulkPreview'] }) {
  return (
    <div className="preview" role="status">
      <strong>
        {count(seen.count)} {seen.partial ? 'or more ' : ''}tasks
      </strong>
      <ul>
        {Object.entries(seen.byType as Record<string, number>).map(([type, of]) => (
          <li key={type} className="row between">
            <span>{type}</span> <span>{count(of)}</span>
          </li>
        ))}
      </ul>
      {seen.sample.length > 0 && <p className="faint">For example {seen.sample.slice(0, 3).map(shortId).join(', ')}</p>}
      {seen.missing.length > 0 && <p className="fault">Not found: {seen.missing.slice(0, 5).join(', ')}</p>}
    </div>
  );
}

/** A search line names one state, the API takes several. */
function filterOf({ state, ...rest }: Record<string, string>) {
  return { ...rest, ...(state && { state: [state] }) };
}

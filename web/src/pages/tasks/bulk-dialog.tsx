import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { signature } from '../../api/session';
import { Fault, shortId } from '../../components/bits';
import { Dialog } from '../../components/dialog';
import { ReasonField } from '../../components/reason-field';
import { count } from '../../lib/numbers';
import { texts } from '../../texts';

export type BulkAim = { ids: string[] } | { filter: Record<string, string> };
type Action = Schemas['BulkAction']['action'];

const ACTIONS: readonly { action: Action; name: string; does: string }[] = [
  {
    action: 'retry',
    name: texts.tasks.retry,
    does: texts.tasks.retryDoes,
  },
  { action: 'pause', name: texts.tasks.pause, does: texts.tasks.pauseDoes },
  { action: 'resume', name: texts.tasks.resume, does: texts.tasks.resumeDoes },
  { action: 'cancel', name: texts.tasks.cancel, does: texts.tasks.cancelDoes },
  { action: 'abandon', name: texts.tasks.abandon, does: texts.tasks.abandonDoes },
  { action: 'resolve', name: texts.tasks.resolve, does: texts.tasks.resolveDoes },
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
      title={'ids' in aim ? texts.tasks.actOn(count(aim.ids.length)) : texts.tasks.actOnAll}
      onClose={onClose}
      footer={
        seen ? (
          <>
            <button type="button" className="button" onClick={() => preview.reset()}>
              {texts.tasks.back}
            </button>
            <button
              type="button"
              className="button primary"
              disabled={seen.count === 0 || start.isPending}
              onClick={() => start.mutate()}
            >
              {texts.tasks.confirm(chosen.name, count(seen.count), seen.partial)}
            </button>
          </>
        ) : (
          <button
            type="submit"
            form={form}
            className="button primary"
            disabled={preview.isPending || !reason.trim()}
            title={reason.trim() ? undefined : texts.reasonFirst}
          >
            {preview.isPending ? texts.tasks.counting : texts.tasks.countFirst}
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
          {texts.tasks.action}
          <select value={action} onChange={(event) => change(setAction)(event.target.value as Action)}>
            {ACTIONS.map((one) => (
              <option key={one.action} value={one.action}>
                {one.name}
              </option>
            ))}
          </select>
          <small className="muted">{chosen.does}</small>
        </label>
        <ReasonField label={texts.tasks.bulkReason} required value={reason} onChange={change(setReason)} />
        {action === 'resolve' && (
          <label>
            {texts.tasks.resultAsJSON}
            <textarea
              className="mono"
              rows={3}
              value={result}
              onChange={(event) => change(setResult)(event.target.value)}
            />
          </label>
        )}
        <label>
          {texts.tasks.tasksPerSecond}
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
            {texts.tasks.canary}
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
      <strong>{texts.tasks.counted(count(seen.count), seen.partial)}</strong>
      <ul>
        {Object.entries(seen.byType as Record<string, number>).map(([type, of]) => (
          <li key={type} className="row between">
            <span>{type}</span> <span>{count(of)}</span>
          </li>
        ))}
      </ul>
      {seen.sample.length > 0 && (
        <p className="faint">{texts.tasks.forExample(seen.sample.slice(0, 3).map(shortId).join(', '))}</p>
      )}
      {seen.missing.length > 0 && <p className="fault">{texts.tasks.notFound(seen.missing.slice(0, 5).join(', '))}</p>}
    </div>
  );
}

/** A search line names one state, the API takes several. */
function filterOf({ state, ...rest }: Record<string, string>) {
  return { ...rest, ...(state && { state: [state] }) };
}

import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { ApiError, type Task } from '../../api/client';
import { useBlocked } from '../../api/may';
import { deadLetterQuery, taskInputQuery, taskTypesQuery } from '../../api/queries';
import { Fault, shortId } from '../../components/bits';
import { Dialog } from '../../components/dialog';
import { Difference } from '../../components/difference';
import { ReasonField } from '../../components/reason-field';
import { Field } from '../../components/schema-form/field';
import { JsonField } from '../../components/schema-form/json-field';
import type { Schema } from '../../components/schema-form/schema';
import { Segmented } from '../../components/segmented';
import { explain } from '../../components/use-action';
import { texts } from '../../texts';

interface RetryDialogProps {
  task: Task;
  pending: boolean;
  error: Error | null;
  onSend(body: object): void;
  onClose(): void;
}

/** Again, as it is or with a corrected input; what was corrected is shown before it is sent. */
export function RetryDialog({ task, pending, error, onSend, onClose }: RetryDialogProps) {
  const form = useId();
  const blocked = useBlocked('operate', { type: task.type });
  const [reason, setReason] = useState('');
  const [edited, setEdited] = useState<{ value: unknown }>();
  const [reviewed, setReviewed] = useState(false);
  const before = useInput(task);
  const takesInput = task.state !== 'retrying';
  const parking = task.state === 'dead-lettered' ? task.parking?.number : undefined;
  const changed = edited && JSON.stringify(edited.value) !== JSON.stringify(before.input);
  const review = changed && !reviewed;
  const faults =
    error instanceof ApiError
      ? Object.fromEntries(
          (error.problem.errors ?? []).flatMap(({ pointer, detail }) => (pointer ? [[pointer, detail]] : [])),
        )
      : {};
  const send = () => {
    if (review) return setReviewed(true);
    onSend({
      ...(reason.trim() && { reason: reason.trim() }),
      ...(parking !== undefined && { parking }),
      ...(changed && { input: edited.value }),
    });
  };
  return (
    <Dialog
      title={texts.task.retryOf(shortId(task.id))}
      wide={edited !== undefined}
      onClose={onClose}
      footer={
        <>
          {reviewed && (
            <button type="button" className="button quiet" onClick={() => setReviewed(false)}>
              {texts.task.backToForm}
            </button>
          )}
          <button
            type="submit"
            form={form}
            className="button primary"
            disabled={pending || Boolean(blocked)}
            title={blocked}
          >
            {pending
              ? texts.task.sending
              : review
                ? texts.task.showDifference
                : changed
                  ? texts.task.retryWithInput
                  : texts.task.retry}
          </button>
        </>
      }
    >
      <form
        id={form}
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <p className="muted">{texts.task.retryExplained}</p>
        {takesInput && !edited && (
          <button
            type="button"
            className="button start"
            disabled={before.loading}
            onClick={() => setEdited({ value: before.input })}
          >
            {before.loading
              ? texts.task.readingInput
              : before.known
                ? texts.task.editInputAsk
                : texts.task.giveAnotherInputAsk}
          </button>
        )}
        {edited &&
          (reviewed ? (
            <Difference before={before.known ? before.input : undefined} after={edited.value} />
          ) : (
            <InputEditor
              type={task.type}
              value={edited.value}
              faults={faults}
              onChange={(value) => setEdited({ value })}
            />
          ))}
        <ReasonField label={texts.task.reason} required={false} value={reason} onChange={setReason} />
        <Fault text={error && explain(error)} />
      </form>
    </Dialog>
  );
}

function InputEditor({
  type,
  value,
  faults,
  onChange,
}: {
  type: string;
  value: unknown;
  faults: Record<string, string>;
  onChange(value: unknown): void;
}) {
  const { data } = useQuery(taskTypesQuery);
  const [mode, setMode] = useState<'form' | 'json'>('form');
  const contract = data?.taskTypes.find((one) => one.type === type);
  const field = {
    schema: (contract?.input ?? {}) as Schema,
    pointer: '/input',
    value,
    faults,
    required: true,
    onChange,
  };
  return (
    <div className="stack tight">
      {contract && (
        <Segmented<'form' | 'json'>
          label={texts.task.editAs}
          options={[
            ['form', texts.task.form],
            ['json', texts.task.json],
          ]}
          value={mode}
          onChange={setMode}
        />
      )}
      {contract && mode === 'form' ? <Field {...field} name="" /> : <JsonField {...field} name={texts.task.input} />}
    </div>
  );
}

/** The input that the task has: of the task, or of its record as a dead letter where the task does not show it. */
function useInput(task: Task): { input: unknown; known: boolean; loading: boolean } {
  const own = useQuery(taskInputQuery(task.id));
  const parked = task.state === 'dead-lettered' || task.state === 'failed';
  const record = useQuery({ ...deadLetterQuery(task.id), enabled: parked && own.data?.known === false });
  if (own.data?.known) return { input: own.data.input, known: true, loading: false };
  const known = record.data !== undefined && 'input' in record.data && record.data.input !== undefined;
  return { input: record.data?.input, known, loading: own.isPending || record.isLoading };
}

import { useId, useState } from 'react';
import type { Task } from '../../api/client';
import { shortId } from '../../components/bits';
import { Dialog } from '../../components/dialog';

export type TaskAction = 'retry' | 'pause' | 'resume' | 'cancel' | 'resolve' | 'fail' | 'abandon';

interface ActDialogProps {
  task: Task;
  action: TaskAction;
  name: string;
  pending: boolean;
  error: Error | null;
  onSend(body: object): void;
  onClose(): void;
}

const EXPLAINED: Partial<Record<TaskAction, string>> = {
  retry: 'The task runs again, as the same task: its key, files and history stay.',
  cancel: 'The handler is asked to stop; the task ends when it has.',
  resolve: 'The task ends as completed with the result that you give. Nothing runs.',
  fail: 'The task ends as failed with your reason.',
  abandon: 'The task ends as failed with your reason, and its key comes free at once.',
};

/** Says what will happen before it does. */
export function ActDialog({ task, action, name, pending, error, onSend, onClose }: ActDialogProps) {
  const form = useId();
  const [reason, setReason] = useState('');
  const [json, setJson] = useState(action === 'resolve' ? 'null' : '');
  const needsReason = action === 'fail' || action === 'abandon';
  const parsed = parse(json);
  const parking = task.state === 'dead-lettered' ? task.parking?.number : undefined;
  const takesInput = action === 'retry' && task.state !== 'retrying';
  const send = () =>
    onSend({
      by: 'dashboard',
      ...(reason && { reason }),
      ...(parking !== undefined && { parking }),
      ...(action === 'resolve' && { result: parsed.value }),
      ...(takesInput && json.trim() && { input: parsed.value }),
    });
  return (
    <Dialog
      title={`${name} ${shortId(task.id)}`}
      onClose={onClose}
      footer={
        <button
          type="submit"
          form={form}
          className={action === 'retry' || action === 'resolve' ? 'button primary' : 'button danger'}
          disabled={pending || (needsReason && !reason.trim()) || parsed.fault !== undefined}
        >
          {pending ? 'Sending…' : name}
        </button>
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
        <p className="muted">{EXPLAINED[action]}</p>
        {(action === 'resolve' || takesInput) && (
          <label>
            {action === 'resolve' ? 'Result, as JSON' : 'Corrected input, as JSON; empty keeps the input that it has'}
            <textarea className="mono" rows={6} value={json} spellCheck={false} onChange={(event) => setJson(event.target.value)} />
            {parsed.fault && <small className="fault">{parsed.fault}</small>}
          </label>
        )}
        <label>
          Reason {needsReason ? '' : '(optional)'}
          <input value={reason} maxLength={1000} required={needsReason} onChange={(event) => setReason(event.target.value)} />
        </label>
        {error && (
          <p className="fault" role="alert">
            {error.message}
          </p>
        )}
      </form>
    </Dialog>
  );
}

function parse(text: string): { value?: unknown; fault?: string } {
  if (text.trim() === '') return {};
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

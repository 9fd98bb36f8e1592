import { useState } from 'react';
import type { Task } from '../../api/client';
import { ActionDialog } from '../../components/action-dialog';
import { shortId } from '../../components/bits';
import { parseJson } from '../../lib/json';

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
  cancel: 'The handler is asked to stop; the task ends when it has.',
  resolve: 'The task ends as completed with the result that you give. Nothing runs.',
  fail: 'The task ends as failed with your reason.',
  abandon: 'The task ends as failed with your reason, and its key comes free at once.',
};

/** Says what will happen before it does. */
export function ActDialog({ task, action, name, onSend, ...rest }: ActDialogProps) {
  const [json, setJson] = useState('null');
  const needsReason = action === 'fail' || action === 'abandon';
  const result = parseJson(json);
  const parking = task.state === 'dead-lettered' && action !== 'cancel' ? task.parking?.number : undefined;
  return (
    <ActionDialog
      {...rest}
      title={`${name} ${shortId(task.id)}`}
      explanation={EXPLAINED[action]}
      confirm={name}
      danger={action !== 'resolve'}
      reason={needsReason ? 'required' : 'optional'}
      blocked={action === 'resolve' && result.fault !== undefined}
      onSend={(reason) =>
        onSend({
          ...(reason && { reason }),
          ...(parking !== undefined && { parking }),
          ...(action === 'resolve' && { result: result.value ?? null }),
        })
      }
    >
      {action === 'resolve' && (
        <label>
          Result, as JSON
          <textarea
            className="mono"
            rows={6}
            value={json}
            spellCheck={false}
            onChange={(event) => setJson(event.target.value)}
          />
          {result.fault && <small className="fault">{result.fault}</small>}
        </label>
      )}
    </ActionDialog>
  );
}

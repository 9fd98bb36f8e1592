import { useState } from 'react';
import type { Task } from '../../api/client';
import { ActionDialog } from '../../components/action-dialog';
import { shortId } from '../../components/bits';
import { parseJson } from '../../lib/json';
import { texts } from '../../texts';

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
  cancel: texts.task.cancelExplained,
  resolve: texts.task.resolveExplained,
  fail: texts.task.failExplained,
  abandon: texts.task.abandonExplained,
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
          {texts.task.resultAsJSON}
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

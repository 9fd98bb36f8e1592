import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLiveState } from '../../api/live';
import { ApiError, api, data, type Task } from '../../api/client';
import { Icon } from '../../components/icons';
import { Menu } from '../../components/menu';
import { useAnnounce } from '../../components/toasts';
import { useHotkeys } from '../../lib/hotkeys';
import { STATE_NAMES, texts } from '../../texts';
import { ActDialog, type TaskAction } from './act-dialog';

const NAMES: Record<TaskAction, string> = {
  retry: 'Retry',
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel',
  resolve: 'Resolve with a result',
  fail: 'Fail',
  abandon: 'Abandon and free its key',
};

/** In which states a message makes sense. The API has the last word and says why it refuses. */
const ALLOWED: Record<TaskAction, readonly Task['state'][]> = {
  retry: ['retrying', 'dead-lettered', 'failed', 'cancelled'],
  pause: ['scheduled', 'queued', 'running', 'retrying'],
  resume: ['paused'],
  cancel: ['scheduled', 'queued', 'running', 'retrying', 'paused', 'dead-lettered'],
  resolve: ['scheduled', 'queued', 'running', 'retrying', 'paused', 'dead-lettered', 'failed'],
  fail: ['scheduled', 'queued', 'running', 'retrying', 'paused', 'dead-lettered'],
  abandon: ['scheduled', 'queued', 'running', 'retrying', 'paused', 'dead-lettered'],
};

export function TaskActions({ task }: { task: Task }) {
  const [asked, setAsked] = useState<TaskAction>();
  const send = useTaskMessage(task);
  const away = useLiveState().state === 'away';
  const can = (action: TaskAction) => ALLOWED[action].includes(task.state);
  const reason = away ? texts.awayAction : undefined;
  useHotkeys({ r: () => can('retry') && !away && setAsked('retry') });
  const rest = (Object.keys(NAMES) as TaskAction[]).filter((action) => action !== 'retry' && can(action));
  return (
    <>
      {can('retry') && (
        <button type="button" className="button primary" disabled={away} title={reason} onClick={() => setAsked('retry')}>
          <Icon name="refresh" /> Retry…
        </button>
      )}
      {rest.length > 0 && (
        <Menu
          label="Actions"
          trigger={
            <button type="button" className="button" disabled={away} title={reason}>
              Actions <Icon name="down" />
            </button>
          }
          items={rest.map((action) => ({
            label: action === 'pause' || action === 'resume' ? NAMES[action] : `${NAMES[action]}…`,
            danger: action === 'cancel' || action === 'fail' || action === 'abandon',
            onSelect: () => (action === 'pause' || action === 'resume' ? send.mutate({ action, body: {} }) : setAsked(action)),
          }))}
        />
      )}
      {asked && (
        <ActDialog
          task={task}
          action={asked}
          name={NAMES[asked]}
          pending={send.isPending}
          error={send.error}
          onClose={() => {
            send.reset();
            setAsked(undefined);
          }}
          onSend={(body) => send.mutate({ action: asked, body }, { onSuccess: () => setAsked(undefined) })}
        />
      )}
    </>
  );
}

/** A 409 says what happened meanwhile; the page then shows the state that made it so. */
function useTaskMessage({ id }: Task) {
  const client = useQueryClient();
  const announce = useAnnounce();
  return useMutation({
    mutationFn: ({ action, body }: { action: TaskAction; body: object }) =>
      data<unknown>(api.POST(`/v1/tasks/{id}/${action}` as '/v1/tasks/{id}/retry', { params: { path: { id } }, body: body as never })),
    onSuccess: (_answer, { action }) => announce('good', `${NAMES[action]}: accepted.`),
    onError: (error) => {
      const state = error instanceof ApiError ? error.problem.state : undefined;
      const now = state ? ` It is ${STATE_NAMES[state as Task['state']] ?? state} now.` : '';
      announce('bad', `${error.message}${now}`);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['task', id] }),
  });
}

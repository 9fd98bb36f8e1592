import { useState } from 'react';
import { api, data, type Task } from '../../api/client';
import { useBlocked } from '../../api/may';
import { signature } from '../../api/session';
import { Icon } from '../../components/icons';
import { Menu } from '../../components/menu';
import { useAction } from '../../components/use-action';
import { useHotkeys } from '../../lib/hotkeys';
import { texts } from '../../texts';
import { ActDialog, type TaskAction } from './act-dialog';
import { RetryDialog } from './retry-dialog';

const NAMES: Record<TaskAction, string> = {
  retry: texts.task.retry,
  pause: texts.task.pause,
  resume: texts.task.resume,
  cancel: texts.task.cancel,
  resolve: texts.task.resolveWithResult,
  fail: texts.task.fail,
  abandon: texts.task.abandonAndFreeKey,
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
  const blocked = useBlocked('operate', { type: task.type });
  const can = (action: TaskAction) => ALLOWED[action].includes(task.state);
  useHotkeys({ r: () => can('retry') && !blocked && setAsked('retry') });
  const close = () => {
    send.reset();
    setAsked(undefined);
  };
  const confirm = (body: object) => asked && send.mutate({ action: asked, body }, { onSuccess: close });
  const rest = (Object.keys(NAMES) as TaskAction[]).filter((action) => action !== 'retry' && can(action));
  return (
    <>
      {can('retry') && (
        <button
          type="button"
          className="button primary"
          disabled={Boolean(blocked)}
          title={blocked}
          onClick={() => setAsked('retry')}
        >
          <Icon name="refresh" /> {texts.task.retryAsk}
        </button>
      )}
      {rest.length > 0 && (
        <Menu
          label={texts.task.actions}
          trigger={
            <button type="button" className="button" disabled={Boolean(blocked)} title={blocked}>
              {texts.task.actions} <Icon name="down" />
            </button>
          }
          items={rest.map((action) => ({
            label: action === 'pause' || action === 'resume' ? NAMES[action] : `${NAMES[action]}…`,
            danger: action === 'cancel' || action === 'fail' || action === 'abandon',
            onSelect: () =>
              action === 'pause' || action === 'resume' ? send.mutate({ action, body: {} }) : setAsked(action),
          }))}
        />
      )}
      {asked &&
        (asked === 'retry' ? (
          <RetryDialog task={task} pending={send.isPending} error={send.error} onClose={close} onSend={confirm} />
        ) : (
          <ActDialog
            task={task}
            action={asked}
            name={NAMES[asked]}
            pending={send.isPending}
            error={send.error}
            onClose={close}
            onSend={confirm}
          />
        ))}
    </>
  );
}

/** A 409 says what happened meanwhile; the page then shows the state that made it so. */
function useTaskMessage({ id }: Task) {
  return useAction({
    send: ({ action, body }: { action: TaskAction; body: object }) =>
      data<unknown>(
        api.POST(`/v1/tasks/{id}/${action}` as '/v1/tasks/{id}/retry', {
          params: { path: { id } },
          body: { ...signature(), ...body } as never,
        }),
      ),
    said: (_answer, { action }) => texts.task.accepted(NAMES[action]),
    touches: [['task', id], ['tasks'], ['dead-letters']],
  });
}

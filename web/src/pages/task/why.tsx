import type { Task } from '../../api/client';
import { Clock, CopyButton, Said } from '../../components/bits';
import { Icon } from '../../components/icons';
import { texts } from '../../texts';

/** Why the task is where it is, in one sentence, with what to do and what to type. */
export function Why({ task: { state, why, failure, parking } }: { task: Task }) {
  if (!why || state === 'completed') return null;
  const loud = state === 'dead-lettered' || state === 'failed' || why.cause === 'workflow-task-failing';
  const code = failure?.code ?? parking?.code;
  // Of a task that has ended the message is its failure.
  const rest = failure?.message && why.cause !== 'ended' ? (why.situation ?? why.message) : undefined;
  return (
    <section className={loud ? 'why loud' : 'why'} aria-label={texts.task.why}>
      <Icon name={loud ? 'dead-letters' : 'schedules'} />
      <div className="grow stack tight">
        <p>
          <strong>
            <Said text={failure?.message || why.message} />
          </strong>{' '}
          {code && <code>{code}</code>}
        </p>
        {rest && (
          <p className="muted">
            <Said text={rest} />
          </p>
        )}
        {why.todo && (
          <p className="muted">
            <Said text={why.todo} />
          </p>
        )}
        {why.command && (
          <p className="row">
            <code className="command truncate">{why.command}</code>
            <CopyButton text={why.command} />
          </p>
        )}
      </div>
      {why.since && (
        <span className="faint nowrap">
          {texts.task.since} <Clock at={why.since} />
        </span>
      )}
    </section>
  );
}

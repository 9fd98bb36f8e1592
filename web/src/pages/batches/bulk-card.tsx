import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { filterText } from '../../api/insights';
import { useBlocked } from '../../api/may';
import { signature } from '../../api/session';
import { ActionDialog } from '../../components/action-dialog';
import { Id, Panel, Time } from '../../components/bits';
import { OutcomeBar } from '../../components/outcome-bar';
import { useAction } from '../../components/use-action';
import { count } from '../../lib/numbers';
import { isOpen, ProcessState, rateWords } from './process';

/** A bulk action: what it does to which tasks, and what became of each. */
export function BulkCard({ action: bulk, linked = true }: { action: Schemas['BulkAction']; linked?: boolean }) {
  const { id, action, state, matched, done, movedOn, refused, failed, stage, stages, filter, ids } = bulk;
  const [asked, setAsked] = useState(false);
  const blocked = useBlocked('operate');
  const gone = done + movedOn + refused + failed;
  const search = filter && filterText(filter as Record<string, string | string[]>);
  const cancel = useAction({
    send: (reason: string) =>
      data(
        api.POST('/v1/bulk-actions/{id}/cancel', {
          params: { path: { id } },
          body: { ...signature(), ...(reason && { reason }) },
        }),
      ),
    said: () => 'The bulk action stops.',
    touches: [['bulk-actions']],
  });
  return (
    <Panel>
      <div className="row wrap between">
        <h2 className="row wrap">
          {linked ? (
            <Link className="link" to="/bulk-actions/$id" params={{ id }}>
              {name(action)}
            </Link>
          ) : (
            name(action)
          )}
          <ProcessState state={state} />
          <Id id={id} />
          <span className="faint small">
            {bulk.by && `by ${bulk.by}, `}
            <Time at={bulk.createdAt} />
          </span>
        </h2>
        {isOpen(state) && (
          <button
            type="button"
            className="button small danger"
            disabled={Boolean(blocked)}
            title={blocked}
            onClick={() => setAsked(true)}
          >
            Stop…
          </button>
        )}
      </div>
      <p className="muted small">
        {search !== undefined ? (
          <>
            All that match{' '}
            <Link className="link" to="/tasks" search={{ q: search }}>
              <code className="breakable">{search || 'anything'}</code>
            </Link>
          </>
        ) : (
          `${count(ids ?? matched)} chosen tasks`
        )}
        {bulk.reason && <span className="breakable">: {bulk.reason}</span>}
      </p>
      <OutcomeBar
        total={Math.max(matched, gone)}
        outcomes={[
          { name: 'done', value: done, tone: 'completed' },
          { name: 'had moved on', value: movedOn, tone: 'cancelled' },
          { name: 'refused', value: refused, tone: 'refused' },
          { name: 'failed again', value: failed, tone: 'failed' },
          { name: isOpen(state) ? 'to come' : 'left alone', value: Math.max(0, matched - gone), tone: 'waiting' },
        ]}
      />
      <p className="muted small">
        {count(gone)} of {count(matched)}
        {bulk.partial ? ' or more' : ''}, at most {count(bulk.rate)} a second
        {bulk.canary && `, canary: stage ${stage} of ${stages}`}
        {rateWords({ done: gone, left: matched - gone, startedAt: bulk.startedAt, endedAt: bulk.endedAt })}
      </p>
      {bulk.stoppedBecause && <p className="fault">Stopped: {bulk.stoppedBecause}</p>}
      {asked && (
        <ActionDialog
          title="Stop the bulk action"
          explanation={`What is done stays done; ${count(Math.max(0, matched - gone))} or fewer are left alone.`}
          confirm="Stop it"
          danger
          pending={cancel.isPending}
          error={cancel.error}
          onClose={() => setAsked(false)}
          onSend={(reason) => cancel.mutate(reason, { onSuccess: () => setAsked(false) })}
        />
      )}
    </Panel>
  );
}

function name(action: string): string {
  return `${action.slice(0, 1).toUpperCase()}${action.slice(1)}`;
}

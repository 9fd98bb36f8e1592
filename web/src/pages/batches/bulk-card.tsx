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
import { texts } from '../../texts';
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
    said: () => texts.batches.bulkActionStops,
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
            {bulk.by && texts.batches.by(bulk.by)}
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
            {texts.batches.stopAsk}
          </button>
        )}
      </div>
      <p className="muted small">
        {search !== undefined ? (
          <>
            {texts.batches.allThatMatch}{' '}
            <Link className="link" to="/tasks" search={{ q: search }}>
              <code className="breakable">{search || texts.batches.anything}</code>
            </Link>
          </>
        ) : (
          texts.batches.chosenTasks(count(ids ?? matched))
        )}
        {bulk.reason && <span className="breakable">: {bulk.reason}</span>}
      </p>
      <OutcomeBar
        total={Math.max(matched, gone)}
        outcomes={[
          { name: texts.batches.done, value: done, tone: 'completed' },
          { name: texts.batches.hadMovedOn, value: movedOn, tone: 'cancelled' },
          { name: texts.batches.outcomes.refused, value: refused, tone: 'refused' },
          { name: texts.batches.failedAgain, value: failed, tone: 'failed' },
          {
            name: isOpen(state) ? texts.batches.toCome : texts.batches.leftAlone,
            value: Math.max(0, matched - gone),
            tone: 'waiting',
          },
        ]}
      />
      <p className="muted small">
        {texts.batches.goneOf(count(gone), count(matched))}
        {bulk.partial ? texts.batches.orMore : ''}
        {texts.batches.atMost(count(bulk.rate))}
        {bulk.canary && texts.batches.canaryStage(stage, stages)}
        {rateWords({ done: gone, left: matched - gone, startedAt: bulk.startedAt, endedAt: bulk.endedAt })}
      </p>
      {bulk.stoppedBecause && <p className="fault">{texts.batches.stoppedBecause(bulk.stoppedBecause)}</p>}
      {asked && (
        <ActionDialog
          title={texts.batches.stopBulkAction}
          explanation={texts.batches.stopExplained(count(Math.max(0, matched - gone)))}
          confirm={texts.batches.stopIt}
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

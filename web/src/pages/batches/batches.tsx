import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { useBlocked } from '../../api/may';
import { batchesQuery, bulkActionsQuery } from '../../api/queries';
import { signature } from '../../api/session';
import { ActionDialog } from '../../components/action-dialog';
import { EmptyState, ErrorState, Id, PageHead, Panel, Skeleton, Time } from '../../components/bits';
import { OutcomeBar } from '../../components/outcome-bar';
import { Segmented } from '../../components/segmented';
import { useAction } from '../../components/use-action';
import { count } from '../../lib/numbers';
import { texts } from '../../texts';
import { BulkCard } from './bulk-card';
import { isOpen, ProcessState, rateWords } from './process';

/** Batches and bulk actions: many tasks as one thing. */
export function Batches() {
  const { show = 'batches' } = useSearch({ from: '/batches' });
  const navigate = useNavigate();
  return (
    <>
      <PageHead title={texts.batches.batchesAndBulkActions}>
        <Segmented
          label={texts.batches.show}
          options={[
            ['batches', texts.batches.batches],
            ['bulk-actions', texts.batches.bulkActions],
          ]}
          value={show}
          onChange={(next) =>
            void navigate({ to: '/batches', search: next === 'batches' ? {} : { show: next }, replace: true })
          }
        />
      </PageHead>
      {show === 'batches' ? <BatchList /> : <BulkList />}
    </>
  );
}

function BatchList() {
  const { data: answer, error, refetch } = useQuery(batchesQuery);
  if (error && !answer) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!answer) return <Skeleton lines={6} />;
  if (answer.batches.length === 0) return <EmptyState {...texts.nothing.batches} />;
  return (
    <>
      <ul className="stack tight">
        {answer.batches.map((batch) => (
          <li key={batch.id}>
            <BatchCard batch={batch} />
          </li>
        ))}
      </ul>
      {answer.cursor && <p className="faint">{texts.batches.newestShown(count(answer.batches.length))}</p>}
    </>
  );
}

function BatchCard({ batch }: { batch: Schemas['Batch'] }) {
  const { id, state, total, submitted, completed, failed, cancelled, refused, parked, running, waiting } = batch;
  const [asked, setAsked] = useState(false);
  const blocked = useBlocked('operate');
  const ended = completed + failed + cancelled + refused;
  return (
    <Panel>
      <div className="row wrap between">
        <h2 className="row wrap">
          <Id id={id}>
            <code className="breakable">{id.slice(id.indexOf(':') + 1)}</code>
          </Id>{' '}
          <ProcessState state={state} />
          <span className="faint small">
            {batch.by && texts.batches.by(batch.by)}
            <Time at={batch.createdAt} />
          </span>
        </h2>
        <div className="row">
          <Link className="button small" to="/tasks" search={{ q: `tag:${id}` }}>
            {texts.batches.itsTasks}
          </Link>
          {isOpen(state) && (
            <button
              type="button"
              className="button small danger"
              disabled={Boolean(blocked)}
              title={blocked}
              onClick={() => setAsked(true)}
            >
              {texts.batches.cancelAsk}
            </button>
          )}
        </div>
      </div>
      <OutcomeBar
        total={total}
        outcomes={[
          { name: texts.batches.outcomes.completed, value: completed, tone: 'completed' },
          { name: texts.batches.outcomes.failed, value: failed, tone: 'failed' },
          { name: texts.batches.outcomes.refused, value: refused, tone: 'refused' },
          { name: texts.batches.outcomes.cancelled, value: cancelled, tone: 'cancelled' },
          { name: texts.batches.outcomes.parked, value: parked, tone: 'dead-lettered' },
          { name: texts.batches.outcomes.running, value: running, tone: 'running' },
          { name: texts.batches.outcomes.waiting, value: waiting, tone: 'waiting' },
        ]}
      />
      <p className="muted small">
        {texts.batches.endedSubmitted(
          count(ended),
          count(total),
          count(submitted),
          rateWords({ done: ended, left: total - ended, startedAt: batch.startedAt, endedAt: batch.endedAt }),
        )}
      </p>
      {batch.stoppedBecause && <p className="fault">{texts.batches.stoppedBecause(batch.stoppedBecause)}</p>}
      {batch.atEnd && (
        <p className="small muted">
          {texts.batches.atItsEnd}{' '}
          {'id' in batch.atEnd ? (
            <Link className="link" to="/tasks/$id" params={{ id: batch.atEnd.id }}>
              {batch.atEnd.id}
            </Link>
          ) : (
            texts.batches.endRefused(batch.atEnd.refused)
          )}
        </p>
      )}
      {(failed > 0 || parked > 0) && (
        <p className="row wrap small">
          {failed > 0 && (
            <Link className="link" to="/tasks" search={{ q: `tag:${id} state:failed` }}>
              {texts.batches.failedCount(count(failed))}
            </Link>
          )}
          {parked > 0 && (
            <Link className="link" to="/dead-letters" search={{ q: `tag:${id}` }}>
              {texts.batches.deadLettersByFailure(count(parked))}
            </Link>
          )}
        </p>
      )}
      {asked && <CancelBatch batch={batch} onClose={() => setAsked(false)} />}
    </Panel>
  );
}

function CancelBatch({
  batch: { id, waiting, running, parked },
  onClose,
}: {
  batch: Schemas['Batch'];
  onClose(): void;
}) {
  const send = useAction({
    send: (reason: string) =>
      data(
        api.POST('/v1/batches/{id}/cancel', {
          params: { path: { id } },
          body: { ...signature(), ...(reason && { reason }) },
        }),
      ),
    said: () => texts.batches.beingCancelled,
    touches: [['batches']],
  });
  return (
    <ActionDialog
      title={texts.batches.cancelBatch}
      explanation={texts.batches.cancelExplained(count(waiting), count(running + parked))}
      confirm={texts.batches.cancelBatch}
      danger
      pending={send.isPending}
      error={send.error}
      onClose={onClose}
      onSend={(reason) => send.mutate(reason, { onSuccess: onClose })}
    />
  );
}

function BulkList() {
  const { data: answer, error, refetch } = useQuery(bulkActionsQuery);
  if (error && !answer) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!answer) return <Skeleton lines={6} />;
  if (answer.bulkActions.length === 0) {
    return <EmptyState title={texts.batches.noBulkActions} hint={texts.batches.noBulkActionsHint} />;
  }
  return (
    <ul className="stack tight">
      {answer.bulkActions.map((action) => (
        <li key={action.id}>
          <BulkCard action={action} />
        </li>
      ))}
    </ul>
  );
}

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
      <PageHead title="Batches and bulk actions">
        <Segmented
          label="Show"
          options={[
            ['batches', 'Batches'],
            ['bulk-actions', 'Bulk actions'],
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
      {answer.cursor && <p className="faint">The newest {count(answer.batches.length)} are shown.</p>}
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
          <Id id={id} /> <ProcessState state={state} />
          <span className="faint small">
            {batch.by && `by ${batch.by}, `}
            <Time at={batch.createdAt} />
          </span>
        </h2>
        <div className="row">
          <Link className="button small" to="/tasks" search={{ q: `tag:${id}` }}>
            Its tasks
          </Link>
          {isOpen(state) && (
            <button
              type="button"
              className="button small danger"
              disabled={Boolean(blocked)}
              title={blocked}
              onClick={() => setAsked(true)}
            >
              Cancel…
            </button>
          )}
        </div>
      </div>
      <OutcomeBar
        total={total}
        outcomes={[
          { name: 'completed', value: completed, tone: 'completed' },
          { name: 'failed', value: failed, tone: 'failed' },
          { name: 'refused', value: refused, tone: 'refused' },
          { name: 'cancelled', value: cancelled, tone: 'cancelled' },
          { name: 'dead-lettered', value: parked, tone: 'dead-lettered' },
          { name: 'running', value: running, tone: 'running' },
          { name: 'waiting', value: waiting, tone: 'waiting' },
        ]}
      />
      <p className="muted small">
        {count(ended)} of {count(total)} ended, {count(submitted)} submitted
        {rateWords({ done: ended, left: total - ended, startedAt: batch.startedAt, endedAt: batch.endedAt })}
      </p>
      {batch.stoppedBecause && <p className="fault">Stopped: {batch.stoppedBecause}</p>}
      {batch.atEnd && (
        <p className="small muted">
          At its end:{' '}
          {'id' in batch.atEnd ? (
            <Link className="link" to="/tasks/$id" params={{ id: batch.atEnd.id }}>
              {batch.atEnd.id}
            </Link>
          ) : (
            `refused, ${batch.atEnd.refused}`
          )}
        </p>
      )}
      {(failed > 0 || parked > 0) && (
        <p className="row wrap small">
          {failed > 0 && (
            <Link className="link" to="/tasks" search={{ q: `tag:${id} state:failed` }}>
              {count(failed)} failed
            </Link>
          )}
          {parked > 0 && (
            <Link className="link" to="/dead-letters" search={{ q: `tag:${id}` }}>
              {count(parked)} dead letters, by failure
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
    said: () => 'The batch is being cancelled.',
    touches: [['batches']],
  });
  return (
    <ActionDialog
      title="Cancel the batch"
      explanation={`Up to ${count(waiting)} that wait are not submitted; up to ${count(running + parked)} that are open are cancelled. What has ended stays.`}
      confirm="Cancel the batch"
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
    return (
      <EmptyState
        title="No bulk actions"
        hint="One begins in the list of tasks: select rows, or act on all that match."
      />
    );
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

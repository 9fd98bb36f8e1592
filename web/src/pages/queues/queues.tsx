import { useQuery } from '@tanstack/react-query';
import { queuesQuery, workersQuery } from '../../api/insights';
import { statsQuery, versionQuery } from '../../api/queries';
import { ErrorState, PageHead, Skeleton } from '../../components/bits';
import { Made } from '../../components/made';
import { texts } from '../../texts';
import { fromStats } from './from-stats';
import { QueueCards } from './queue-cards';
import { Workers } from './workers';

/** Where work waits, and who takes it. */
export function Queues() {
  const queues = useQuery(queuesQuery);
  const workers = useQuery(workersQuery);
  const stats = useQuery(statsQuery);
  const version = useQuery(versionQuery);
  const error = queues.error ?? stats.error;
  if (error && !queues.data && !stats.data)
    return (
      <>
        <PageHead title={texts.queues.queuesAndWorkers} />
        <ErrorState error={error} retry={() => void Promise.all([queues.refetch(), stats.refetch()])} />
      </>
    );
  if (queues.data === undefined || (!queues.data && !stats.data))
    return (
      <>
        <PageHead title={texts.queues.queuesAndWorkers} />
        <Skeleton lines={8} />
      </>
    );
  const known = fromStats(stats.data, version.data);
  return (
    <>
      <PageHead title={texts.queues.queuesAndWorkers} />
      <QueueCards queues={queues.data?.queues ?? known.queues} />
      <Made at={queues.data?.takenAt ?? stats.data?.takenAt} note={texts.queues.estimateNote} />
      {workers.data === undefined && !workers.error ? (
        <Skeleton lines={3} />
      ) : (
        <Workers workers={workers.data?.workers ?? known.workers} detailed={Boolean(workers.data)} />
      )}
      <Made at={workers.data?.takenAt} note={texts.queues.workersSaid} />
    </>
  );
}

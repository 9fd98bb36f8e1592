import { EmptyState, PageHead } from '../../components/bits';

export function Queues() {
  return (
    <>
      <PageHead title="Queues & workers" />
      <EmptyState title="Queues & workers" />
    </>
  );
}

import { EmptyState, PageHead } from '../../components/bits';

export function Batches() {
  return (
    <>
      <PageHead title="Batches" />
      <EmptyState title="Batches" />
    </>
  );
}

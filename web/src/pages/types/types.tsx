import { EmptyState, PageHead } from '../../components/bits';

export function Types() {
  return (
    <>
      <PageHead title="Types" />
      <EmptyState title="Types" />
    </>
  );
}

import { EmptyState, PageHead } from '../../components/bits';

export function BulkActionPage() {
  return (
    <>
      <PageHead title="Bulk action" />
      <EmptyState title="Bulk action" />
    </>
  );
}

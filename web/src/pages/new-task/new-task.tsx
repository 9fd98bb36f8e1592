import { EmptyState, PageHead } from '../../components/bits';

export function NewTask() {
  return (
    <>
      <PageHead title="New task" />
      <EmptyState title="New task" />
    </>
  );
}

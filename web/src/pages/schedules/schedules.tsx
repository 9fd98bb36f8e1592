import { EmptyState, PageHead } from '../../components/bits';

export function Schedules() {
  return (
    <>
      <PageHead title="Schedules" />
      <EmptyState title="Schedules" />
    </>
  );
}

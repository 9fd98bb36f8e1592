import { EmptyState, PageHead } from '../../components/bits';

export function Breakers() {
  return (
    <>
      <PageHead title="Breakers" />
      <EmptyState title="Breakers" />
    </>
  );
}

import { EmptyState, PageHead } from '../../components/bits';

export function DeadLetters() {
  return (
    <>
      <PageHead title="Dead letters" />
      <EmptyState title="Dead letters" />
    </>
  );
}

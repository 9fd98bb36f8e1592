import { EmptyState, PageHead } from '../../components/bits';

export function Webhooks() {
  return (
    <>
      <PageHead title="Webhooks" />
      <EmptyState title="Webhooks" />
    </>
  );
}

import { Dialog } from './dialog';

const LIST: readonly [keys: string, does: string][] = [
  ['/', 'Search'],
  ['⌘K or Ctrl K', 'Go to a page, type or task'],
  ['g o · g t · g d', 'Overview · Tasks · Dead letters'],
  ['g b · g s · g q', 'Batches · Schedules · Queues & workers'],
  ['g r · g w · g y', 'Breakers · Webhooks · Types'],
  ['g a', 'Access'],
  ['n', 'New task'],
  ['j / k', 'Next / previous row'],
  ['x', 'Select the row'],
  ['Enter', 'Open the row'],
  ['r', 'Retry what is selected, or the task of this page'],
  ['?', 'This list'],
];

export function Shortcuts({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="facts">
        {LIST.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

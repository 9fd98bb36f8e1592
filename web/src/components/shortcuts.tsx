import { texts } from '../texts';
import { Dialog } from './dialog';

export function Shortcuts({ onClose }: { onClose(): void }) {
  return (
    <Dialog title={texts.frame.shortcutsTitle} onClose={onClose}>
      <dl className="facts">
        {texts.frame.shortcuts.map(([keys, does]) => (
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

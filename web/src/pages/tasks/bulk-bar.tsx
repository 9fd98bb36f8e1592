import { useState } from 'react';
import { useBlocked } from '../../api/may';
import type { TaskFilter } from '../../api/queries';
import { useHotkeys } from '../../lib/hotkeys';
import { count } from '../../lib/numbers';
import { texts } from '../../texts';
import { type BulkAim, BulkDialog } from './bulk-dialog';

interface BulkBarProps {
  filter: TaskFilter;
  selected: ReadonlySet<string>;
  onDone(): void;
}

/** What can be done with the selected rows, or with all that match. */
export function BulkBar({ filter, selected, onDone }: BulkBarProps) {
  const [aim, setAim] = useState<BulkAim>();
  const blocked = useBlocked('operate');
  useHotkeys({ r: () => !blocked && selected.size > 0 && setAim({ ids: [...selected] }) });
  const filtered = Object.keys(filter).length > 0;
  if (selected.size === 0 && !filtered) return null;
  return (
    <div className="bulk-bar" role="toolbar" aria-label={texts.tasks.bulkActions}>
      {selected.size > 0 ? (
        <>
          <strong>{texts.tasks.selectedCount(count(selected.size))}</strong>
          <button
            type="button"
            className="button primary"
            disabled={Boolean(blocked)}
            title={blocked}
            onClick={() => setAim({ ids: [...selected] })}
          >
            {texts.tasks.actAsk}
          </button>
          <button type="button" className="button quiet" onClick={onDone}>
            {texts.tasks.clear}
          </button>
        </>
      ) : (
        <button
          type="button"
          className="button"
          disabled={Boolean(blocked)}
          title={blocked}
          onClick={() => setAim({ filter })}
        >
          {texts.tasks.actOnAllAsk}
        </button>
      )}
      {aim && (
        <BulkDialog
          aim={aim}
          onClose={() => {
            setAim(undefined);
            onDone();
          }}
        />
      )}
    </div>
  );
}

import { useState } from 'react';
import { useBlocked } from '../../api/may';
import type { TaskFilter } from '../../api/queries';
import { useHotkeys } from '../../lib/hotkeys';
import { count } from '../../lib/numbers';
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
    <div className="bulk-bar" role="toolbar" aria-label="Bulk actions">
      {selected.size > 0 ? (
        <>
          <strong>{count(selected.size)} selected</strong>
          <button
            type="button"
            className="button primary"
            disabled={Boolean(blocked)}
            title={blocked}
            onClick={() => setAim({ ids: [...selected] })}
          >
            Act on them…
          </button>
          <button type="button" className="button quiet" onClick={onDone}>
            Clear
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
          Act on all that match…
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

import { useRef, useState } from 'react';
import type { Task } from '../../api/client';

/**
 * Nothing moves while it is read: rows that are new wait until asked for, while those that are shown change in place.
 * Another view (another `key`) shows all of its rows at once.
 */
export function useHeldRows(rows: readonly Task[], key: string): { shown: Task[]; waiting: number; release(): void } {
  const held = useRef<{ key: string; top: string | undefined }>({ key: '', top: undefined });
  const [, redraw] = useState(0);
  if (held.current.key !== key || held.current.top === undefined) held.current = { key, top: rows[0]?.id };
  const index = rows.findIndex(({ id }) => id === held.current.top);
  // The row that was on top may have left the view by now: then everything is shown.
  const waiting = Math.max(0, index);
  return {
    shown: rows.slice(waiting),
    waiting,
    release: () => {
      held.current = { key, top: rows[0]?.id };
      redraw((count) => count + 1);
    },
  };
}

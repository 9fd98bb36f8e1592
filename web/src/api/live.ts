import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';

export interface Live {
  state: 'connecting' | 'live' | 'away';
  /** When something was last heard, in milliseconds. */
  at: number;
}

let live: Live = { state: 'connecting', at: Date.now() };
const listeners = new Set<() => void>();

function set(next: Live): void {
  live = next;
  for (const listener of listeners) listener();
}

export function useLiveState(): Live {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => live,
  );
}

/** The pages ask again at most this often, however much changes. */
const REFRESH_MS = 5000;

/**
 * One stream for the whole page says that something has changed; what is shown is then asked for again, bundled. It is
 * closed while the tab is hidden. Without it (the API is away) the browser keeps trying, and what was known stays.
 */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => {
    let stream: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let refreshedAt = Date.now();
    const refresh = () => {
      timer = undefined;
      refreshedAt = Date.now();
      void client.invalidateQueries({ type: 'active' });
    };
    const soon = () => {
      timer ??= setTimeout(refresh, Math.max(0, refreshedAt + REFRESH_MS - Date.now()));
    };
    const open = () => {
      stream?.close();
      stream = new EventSource('/v1/live');
      stream.addEventListener('open', () => {
        const wasAway = live.state === 'away';
        set({ state: 'live', at: Date.now() });
        if (wasAway) refresh();
      });
      stream.addEventListener('changed', () => {
        set({ state: 'live', at: Date.now() });
        soon();
      });
      stream.addEventListener('still', () => set({ state: 'live', at: Date.now() }));
      stream.addEventListener('error', () => set({ state: 'away', at: live.at }));
    };
    const onVisibility = () => {
      if (document.hidden) {
        stream?.close();
        stream = undefined;
      } else {
        open();
        refresh();
      }
    };
    if (!document.hidden) open();
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      clearTimeout(timer);
      stream?.close();
    };
  }, [client]);
}

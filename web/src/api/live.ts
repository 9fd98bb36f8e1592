import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { Refresher } from './refresher';
import { onTabNews } from './tabs';

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

/** Whether actions are impossible just now, because nobody would hear them. */
export function useAway(): boolean {
  return useLiveState().state === 'away';
}

/** How often an API without the stream is asked instead, and an absent one looked for. */
const POLL_MS = 20_000;
const LOOK_MS = 4000;

/**
 * One stream for the whole page says that something has changed; what is shown is then asked for again, each question as
 * often as it may. The stream is closed while the tab is hidden. Without an answer what was known stays, and the page keeps looking for the API.
 */
export function useLive(on: boolean): void {
  const client = useQueryClient();
  useEffect(() => (on ? follow(new Refresher(client)) : undefined), [client, on]);
}

function follow(questions: Refresher): () => void {
  let stream: EventSource | undefined;
  let next: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    const wasAway = live.state === 'away';
    set({ state: 'live', at: Date.now() });
    if (wasAway) questions.askAll();
  };
  const stop = () => {
    stream?.close();
    stream = undefined;
    clearTimeout(next);
    questions.stop();
  };
  const open = () => {
    stop();
    const opened = new EventSource('/v1/live');
    stream = opened;
    opened.addEventListener('open', heard);
    opened.addEventListener('still', heard);
    opened.addEventListener('changed', () => {
      heard();
      questions.changed();
    });
    opened.addEventListener('error', () => {
      opened.close();
      if (stream === opened) void look();
    });
  };
  /** No stream: is the API away, or does it only lack one? */
  const look = async () => {
    const answers = await fetch('/health/live').then(
      ({ ok }) => ok,
      () => false,
    );
    if (document.hidden) return;
    if (answers) {
      if (live.state !== 'away') questions.changed();
      heard();
    } else set({ state: 'away', at: live.at });
    next = setTimeout(answers ? open : () => void look(), answers ? POLL_MS : LOOK_MS);
  };
  const onVisibility = () => {
    if (document.hidden) return stop();
    open();
    questions.askAll();
  };
  const endOfNews = onTabNews((news) => news === 'changed' && questions.askAll());
  if (!document.hidden) open();
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    endOfNews();
    document.removeEventListener('visibilitychange', onVisibility);
    stop();
  };
}

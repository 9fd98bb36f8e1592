/** What the tabs of one browser tell each other: they have one session, and one person acts in all of them. */
export type TabNews = 'signed-in' | 'signed-out' | 'changed';

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('holdfast') : undefined;

export function tellTabs(news: TabNews): void {
  channel?.postMessage(news);
}

/** @returns Ends it. */
export function onTabNews(hear: (news: TabNews) => void): () => void {
  const listener = ({ data }: MessageEvent<TabNews>) => hear(data);
  channel?.addEventListener('message', listener);
  return () => channel?.removeEventListener('message', listener);
}

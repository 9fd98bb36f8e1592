import { useEffect, useRef } from 'react';

type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** A second key must follow within this time: `g t`. */
const SEQUENCE_MS = 1000;

/** Single keys and two-key sequences, ignored while somebody types or a dialog is open; and `mod+k`, which always works. */
export function useHotkeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    let first: { key: string; at: number } | undefined;
    const onKey = (event: KeyboardEvent) => {
      const withModifier = event.ctrlKey || event.metaKey;
      if (withModifier && current.current[`mod+${event.key}`]) {
        event.preventDefault();
        current.current[`mod+${event.key}`]?.(event);
        return;
      }
      if (withModifier || event.altKey || isTyping(event.target)) return;
      const both = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${event.key}` : undefined;
      const action = (both && current.current[both]) || current.current[event.key];
      first = { key: event.key, at: event.timeStamp };
      if (!action) return;
      event.preventDefault();
      first = undefined;
      action(event);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return Boolean(element?.closest?.('input, textarea, select, [contenteditable="true"], dialog[open]'));
}

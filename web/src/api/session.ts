import { useSyncExternalStore } from 'react';

let signedOut = false;
const listeners = new Set<() => void>();

/** The API answered 401: every page gives way to the sign-in, at the same address. */
export function markSignedOut(now: boolean): void {
  if (signedOut === now) return;
  signedOut = now;
  for (const listener of listeners) listener();
}

export function useSignedOut(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => signedOut,
  );
}

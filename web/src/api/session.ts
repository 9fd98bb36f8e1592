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

let person: string | undefined;

/** Who is signed in, as the API says. */
export function setPerson(name: string | undefined): void {
  person = name;
}

/** Who an action is by: the API knows who is signed in; without signing in it is at least said where it was done. */
export function signature(): { by?: string } {
  return person === undefined ? { by: 'dashboard' } : {};
}

/** Signs in with a key; the API answers with a cookie that the page itself cannot read. */
export async function signIn(key: string): Promise<void> {
  const response = await fetch('/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
  if (response.ok) return markSignedOut(false);
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  throw new Error(problem.detail ?? `The API answered ${response.status}.`);
}

export async function signOut(): Promise<void> {
  await fetch('/v1/session', { method: 'DELETE' });
  markSignedOut(true);
}

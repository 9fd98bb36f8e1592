import { useSyncExternalStore } from 'react';
import { texts } from '../texts';
import { onTabNews, tellTabs } from './tabs';

let signedOut = false;
/** Shows that a write is this page's; the API gives it to whoever is signed in. */
let token: string | undefined;
const listeners = new Set<() => void>();

onTabNews((news) => {
  if (news === 'changed') return;
  token = undefined;
  markSignedOut(news === 'signed-out');
});

/** The API answered 401: every page gives way to the sign-in, at the same address. */
export function markSignedOut(now: boolean): void {
  if (signedOut === now) return;
  signedOut = now;
  token = undefined;
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

/** What a write needs besides the cookie; nothing where nobody is signed in. */
export async function writeHeaders(): Promise<Record<string, string>> {
  if (person === undefined) return {};
  token ??= await readToken();
  return token === undefined ? {} : { 'X-CSRF-Token': token };
}

async function readToken(): Promise<string | undefined> {
  const response = await fetch('/v1/session').catch(() => undefined);
  if (response?.status === 401) markSignedOut(true);
  return response?.ok ? ((await response.json()) as { token: string }).token : undefined;
}

/** Signs in with a key; the API answers with a cookie that the page itself cannot read. */
export async function signIn(key: string): Promise<void> {
  const response = await fetch('/v1/session', {
    method: 'POST',
    headers: { ...(await writeHeaders()), 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
  const answer = (await response.json().catch(() => ({}))) as { detail?: string; token?: string };
  if (!response.ok) throw new Error(answer.detail ?? texts.parts.apiAnswered(response.status));
  markSignedOut(false);
  token = answer.token;
  tellTabs('signed-in');
}

/** @throws Error when the session goes on all the same. */
export async function signOut(): Promise<void> {
  const response = await fetch('/v1/session', { method: 'DELETE', headers: await writeHeaders() });
  if (!response.ok && response.status !== 401) throw new Error(texts.parts.apiAnswered(response.status));
  markSignedOut(true);
  tellTabs('signed-out');
}

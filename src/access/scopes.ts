import { z } from 'zod';

/** What a key may do. `operate` includes `read`; `admin` includes everything. */
const SCOPES = ['read', 'submit', 'operate', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Each scope with those that include it. */
const GRANTED_BY: Record<Scope, readonly Scope[]> = {
  read: ['read', 'operate', 'admin'],
  submit: ['submit', 'admin'],
  operate: ['operate', 'admin'],
  admin: ['admin'],
};

/** `read`, or `submit:image.convert` for one task type; `admin` is never for one type only. */
export const scopeText = z
  .string()
  .regex(
    /^(admin|(read|submit|operate)(:[a-z][a-zA-Z0-9._-]{0,99})?)$/,
    'must be read, submit, operate or admin; the first three may name a task type, as submit:image.convert',
  );

/** The task types that a caller may do something with: all, or those that its scopes name. */
export function typesGranted(scopes: readonly string[], needed: Scope): 'all' | ReadonlySet<string> {
  const types = new Set<string>();
  for (const text of scopes) {
    const [scope, type] = split(text);
    if (!GRANTED_BY[needed].includes(scope)) continue;
    if (type === undefined) return 'all';
    types.add(type);
  }
  return types;
}

/** Whether scopes allow something of a task type; without a type, of every type. */
export function grants(scopes: readonly string[], needed: Scope, type?: string): boolean {
  const types = typesGranted(scopes, needed);
  return types === 'all' || (type !== undefined && types.has(type));
}

/** Whether whoever has the first scopes may hand out another: nobody gives more than they have. */
export function mayHandOut(own: readonly string[], handed: string): boolean {
  const [scope, type] = split(handed);
  return grants(own, scope, type);
}

function split(text: string): [Scope, string | undefined] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text as Scope, undefined] : [text.slice(0, colon) as Scope, text.slice(colon + 1)];
}

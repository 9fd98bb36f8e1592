/** A tenant's idempotency keys are apart from those of others. */
export function ownKey(tenant: string | undefined, key: string | undefined): string | undefined {
  return tenant === undefined || key === undefined ? key : `${tenant}/${key}`;
}

/** Those of a page that are the caller's. */
export async function ownOf<T extends { id: string }>(
  page: readonly T[],
  isOwn: (id: string) => boolean | Promise<boolean>,
): Promise<T[]> {
  const own: T[] = [];
  for (const one of page) if (await isOwn(one.id)) own.push(one);
  return own;
}

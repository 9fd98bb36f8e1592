/** gRPC status codes by which a server says that this caller may not, or that it has no such call for anybody. */
const DENIED: ReadonlySet<unknown> = new Set([7, 12, 16]);

/** Whether a call was refused for want of rights, rather than for what it asked. */
export function isDenied(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as { code?: unknown };
    if (typeof code === 'number') return DENIED.has(code);
  }
  return false;
}

/** What the work does, where this caller may; else `undefined`. */
export async function unlessDenied<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }
}

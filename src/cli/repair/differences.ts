/** One place at which two JSON values differ; an absent side has none. */
export interface Difference {
  /** JSON pointer; empty for the whole. */
  pointer: string;
  before?: unknown;
  after?: unknown;
}

/** Where a JSON value has become another. */
export function differences(before: unknown, after: unknown, pointer = ''): Difference[] {
  if (!isHolder(before) || !isHolder(after) || Array.isArray(before) !== Array.isArray(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ pointer, before, after }];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const place = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!(name in before)) return [{ pointer: place, after: after[name] }];
    if (!(name in after)) return [{ pointer: place, before: before[name] }];
    return differences(before[name], after[name], place);
  });
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

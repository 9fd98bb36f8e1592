/** `1 task`, `2 tasks`: a count with what is counted. */
export function many(count: string | number, one: string, more = `${one}s`): string {
  return `${count} ${String(count) === '1' ? one : more}`;
}

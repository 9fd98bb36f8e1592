/** What a text says in JSON; nothing for an empty one. */
export function parseJson(text: string): { value?: unknown; fault?: string } {
  if (text.trim() === '') return {};
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

export interface Line {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Longer texts are shown one after the other instead: comparing takes the square of the lines. */
const COMPARED = 1500;

/** What changes from one value to another, line by line. */
export function differences(before: unknown, after: unknown): Line[] {
  const old = (JSON.stringify(before, null, 2) ?? '').split('\n');
  const now = (JSON.stringify(after, null, 2) ?? '').split('\n');
  if (old.length > COMPARED || now.length > COMPARED) {
    return [
      ...old.map((text) => ({ kind: 'removed' as const, text })),
      ...now.map((text) => ({ kind: 'added' as const, text })),
    ];
  }
  // Longest common subsequence, from the end.
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: old[i] as string });
      i++;
      j++;
    } else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: old[i++] as string });
    } else lines.push({ kind: 'added', text: now[j++] as string });
  }
  return lines;
}

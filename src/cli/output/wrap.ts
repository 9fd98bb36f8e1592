/** A line as several of at most so many characters, broken at spaces; those after the first are indented a little more. */
export function wrapped(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = indent;
  for (const word of line.slice(indent.length).split(' ')) {
    const begun = current.trim() !== '';
    if (begun && current.length + 1 + word.length > width) {
      lines.push(current);
      current = `${indent}  ${word}`;
    } else {
      current += begun ? ` ${word}` : word;
    }
  }
  return [...lines, current];
}

/** Groups of lines as they are streamed: one JSON object a line. */
export async function* ndjson(groups: AsyncIterable<object[]>): AsyncGenerator<string> {
  for await (const group of groups) yield group.map((line) => `${JSON.stringify(line)}\n`).join('');
}

interface OfferedType {
  type: string;
  example?: unknown;
}

/** Prints which task types an app offers, and a call that submits the first of them. */
export async function presentTypes(apiUrl: string, print: (line: string) => void): Promise<void> {
  const response = await fetch(`${apiUrl}/v1/task-types`);
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  const { taskTypes } = (await response.json()) as { taskTypes: OfferedType[] };
  print(`\nTask types: ${taskTypes.map(({ type }) => type).join(', ')}`);
  const [first] = taskTypes;
  if (!first) return;
  const body = JSON.stringify({ type: first.type, input: first.example ?? {} });
  print(
    `\nA first task:\n  curl -s ${apiUrl}/v1/tasks -H 'Content-Type: application/json' -H 'Prefer: wait=10' -d '${body}'`,
  );
}

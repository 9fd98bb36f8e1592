interface Order {
  type: string;
  input: unknown;
  key?: string | undefined;
  options: Readonly<Record<string, unknown>>;
}

/** A quote within single quotes of a shell ends them, stands escaped, and begins them anew. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function curlOf({ type, input, key, options }: Order): string {
  const body = JSON.stringify({ type, input, ...options }, null, 2);
  return [
    `curl -s ${location.origin}/v1/tasks \\`,
    `  -H 'Content-Type: application/json' \\`,
    ...(key ? [`  -H ${quoted(`Idempotency-Key: ${key}`)} \\`] : []),
    `  -d ${quoted(body)}`,
  ].join('\n');
}

export function typescriptOf({ type, input, key, options }: Order): string {
  const body = JSON.stringify({ type, input, ...(key && { key }), ...options }, null, 2)
    // Names of fields need no quotes in TypeScript, where they are names.
    .replace(/^(\s*)"([A-Za-z_$][\w$]*)":/gm, '$1$2:');
  return `const { task, wait } = await tasks.submit(${body});\nconst ended = await wait(30);`;
}

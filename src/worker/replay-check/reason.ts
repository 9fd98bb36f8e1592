const LONGEST = 500;

/**
 * Why a replay failed, in one line. The SDK's own text wraps the reason in a dump of its protocol.
 * @param message Message of the SDK's error.
 */
export function reasonOf(message: string): string {
  const [, dumped] = /Failure \{ message: "((?:[^"\\]|\\.)*)"/.exec(message) ?? [];
  const text = dumped === undefined ? message.replace(/^.*? Details: /s, '') : unescaped(dumped);
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST);
}

/** Rust writes strings almost as JSON does. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(u\{([0-9a-f]+)\}|.)/g, (_, one: string, code?: string) => {
    if (code) return String.fromCodePoint(Number.parseInt(code, 16));
    return { n: '\n', r: '\r', t: '\t' }[one] ?? one;
  });
}

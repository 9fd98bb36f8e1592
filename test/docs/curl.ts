/** What a `curl` command of a page asks for. */
export interface CurlCall {
  command: string;
  method: 'GET' | 'POST';
  /** With its query. */
  path: string;
  json?: unknown;
}

const CONSOLE = /```console\n([\s\S]*?)```/g;
const INLINE = /`(curl [^`\n]+)`/g;
const COMMAND = /curl -s '?localhost:3000([^\s']+)'?(.*)/g;

/** The calls to the API that a page says to type, in its order. A body must be JSON. */
export function curlsOf(page: string): CurlCall[] {
  const typed = page.replace(CONSOLE, (_, block: string) => block.replace(/ \\\n\s+/g, ' ')).replace(INLINE, '\n$1\n');
  return [...typed.matchAll(COMMAND)].map(([command, path = '', rest = '']) => {
    const [, body] = /-d '([^']*)'/.exec(rest) ?? [];
    return { command, method: body === undefined ? 'GET' : 'POST', path, ...(body && { json: JSON.parse(body) }) };
  });
}

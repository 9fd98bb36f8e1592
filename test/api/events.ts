/** One server-sent event. */
export interface ReceivedEvent {
  event: string;
  id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape.
  data: any;
}

/** Listens to a stream of server-sent events until it ends, or until `enough` says so. */
export async function listen(
  url: string,
  headers: Record<string, string> = {},
  enough: (events: ReceivedEvent[]) => boolean = () => false,
): Promise<{ status: number; contentType: string | null; events: ReceivedEvent[] }> {
  const response = await fetch(url, { headers: { Accept: 'text/event-stream', ...headers } });
  const events: ReceivedEvent[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    events.push(...blocks.flatMap(parse));
    if (enough(events)) break;
  }
  return { status: response.status, contentType: response.headers.get('Content-Type'), events };
}

function parse(block: string): ReceivedEvent[] {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const data = field('data');
  return data === undefined ? [] : [{ event: field('event') ?? 'message', id: field('id'), data: JSON.parse(data) }];
}

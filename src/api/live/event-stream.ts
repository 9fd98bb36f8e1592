import { once } from 'node:events';
import type { Exchange } from '../routing/route';

/** Proxies and browsers give up on a silent stream after half a minute or more. */
const HEARTBEAT_MS = 15_000;
/** How long a browser waits before it connects again, in milliseconds. */
const RECONNECT_MS = 2000;

/** What a stream says of itself; the whole answer to HEAD. */
export const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'X-Accel-Buffering': 'no',
};

/** The exchange of a stream, which ends after so many seconds: whoever still listens connects again. */
export function endingAfter(seconds: number, exchange: Exchange): Exchange {
  return { ...exchange, signal: AbortSignal.any([exchange.signal, AbortSignal.timeout(seconds * 1000)]) };
}

export interface ServerEvent {
  event: string;
  /** Any JSON value. */
  data: unknown;
  /** What a caller sends as Last-Event-ID to go on after this event. */
  id?: string;
}

/** Server-sent events to one caller. Nothing is buffered beyond the socket: `send` waits for slow readers. */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;

  constructor(private readonly exchange: Exchange) {
    const { response } = exchange;
    response.status(200).set(STREAM_HEADERS);
    response.flushHeaders();
    response.write(`retry: ${RECONNECT_MS}\n\n`);
    this.heartbeat = setInterval(() => response.write(': heartbeat\n\n'), HEARTBEAT_MS);
  }

  /** Sends one event; does nothing when the caller has gone. */
  async send({ event, data, id }: ServerEvent): Promise<void> {
    const { response, signal } = this.exchange;
    if (signal.aborted) return;
    const lines = [`event: ${event}`, ...(id === undefined ? [] : [`id: ${id}`]), `data: ${JSON.stringify(data)}`];
    if (response.write(`${lines.join('\n')}\n\n`)) return;
    await once(response, 'drain', { signal }).catch(() => undefined);
  }

  end(): void {
    clearInterval(this.heartbeat);
    this.exchange.response.end();
  }
}

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { BreakerLimits } from '../../src/tasks/breaker-limits';
import { fixture } from '../support/processes/fixture';
import { RunningProcess } from '../support/processes/running-process';
import { close, listen, portOf } from '../support/servers/loopback';

/** Calls that a caller process should make. */
export interface CallOrder {
  name: string;
  url: string;
  /** Defaults to 1. */
  times?: number;
  /** All at once; one after the other by default. */
  parallel?: boolean;
  limits?: Partial<BreakerLimits>;
  /** Cancels the attempt after so many milliseconds. */
  cancelAfter?: number;
}

export interface CallResult {
  outcome: 'succeeded' | 'failed' | 'stepped back';
  message?: string;
  until?: string;
  breaker?: string | undefined;
}

/** A process of its own that makes guarded calls. */
export class BreakerCaller {
  private constructor(
    readonly process: RunningProcess,
    private readonly url: string,
  ) {}

  static async start(address: string, namespace: string): Promise<BreakerCaller> {
    const env = { ...process.env, TEMPORAL_NAMESPACE: namespace };
    const running = await RunningProcess.start(fixture('breaker-caller', address), env, 'takes orders at');
    const port = /takes orders at (\d+);/.exec(running.log)?.[1];
    return new BreakerCaller(running, `http://127.0.0.1:${port}`);
  }

  async call(order: CallOrder): Promise<CallResult[]> {
    const response = await fetch(this.url, { method: 'POST', body: JSON.stringify(order) });
    return (await response.json()) as CallResult[];
  }

  /** The calls that it has made to Temporal, by method. */
  async toTemporal(): Promise<string[]> {
    return (await (await fetch(this.url)).json()) as string[];
  }
}

/** The dependency: it counts what reaches it. */
export class Receiver {
  /** When each request came, in milliseconds since 1970. */
  readonly requests: number[] = [];
  /** What it answers with; `hold` answers nothing until {@link release}. */
  status: number | 'hold' = 200;
  private readonly held: ServerResponse[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (_request, response) => {
      receiver.requests.push(Date.now());
      if (receiver.status === 'hold') receiver.held.push(response);
      else response.writeHead(receiver.status).end();
    });
    await listen(server);
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.server)}/`;
  }

  /** Answers what it holds, and everything from now on. */
  release(status: number): void {
    this.status = status;
    for (const response of this.held.splice(0)) response.writeHead(status).end();
  }

  async close(): Promise<void> {
    await close(this.server);
  }
}

import { randomUUID } from 'node:crypto';
import { request } from 'undici';
import type { Stage } from './stage';

/** The same three things done through bare Temporal and through Holdfast's HTTP API. */
export class Calls {
  constructor(private readonly stage: Stage) {}

  /** Bare: start to result. */
  async bare(ms = 0): Promise<string> {
    const workflowId = randomUUID();
    await this.stage.client.workflow.execute('bare', { workflowId, taskQueue: 'bare', args: [ms] });
    return workflowId;
  }

  /** Holdfast: one POST that waits for the result. */
  async holdfast(type: string, input: object = {}): Promise<string> {
    const { status, body } = await this.post({ type, input }, { Prefer: 'wait=60' });
    if (status !== 200 || body.state !== 'completed')
      throw new Error(`Expected a result, got ${status}: ${JSON.stringify(body)}`);
    return body.id;
  }

  /** Bare: the start alone, of a workflow that nobody works on. */
  async bareStart(): Promise<void> {
    await this.stage.client.workflow.start('bare', { workflowId: randomUUID(), taskQueue: 'nobody' });
  }

  /** Holdfast: the same through the API, with a key. */
  async post(
    task: { type: string; input: object; policy?: object; tags?: string[] },
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: { id: string; state: string } }> {
    // What a caller's own HTTP client takes is no cost of Holdfast's: this one takes half of what `fetch` does.
    const response = await request(`${this.stage.api}/v1/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(task),
    });
    return { status: response.statusCode, body: (await response.body.json()) as { id: string; state: string } };
  }

  async get(path: string): Promise<unknown> {
    return JSON.parse(await this.text(path));
  }

  async text(path: string): Promise<string> {
    const response = await fetch(`${this.stage.api}${path}`);
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
    return response.text();
  }

  /** Sends a body that must be accepted. */
  async order(path: string, body: object): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.stage.api}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}

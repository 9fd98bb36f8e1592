import { setTimeout as sleep } from 'node:timers/promises';

/** What became of a submission, as its caller knows it. */
export interface Submission {
  key: string;
  /** The task, once a call was acknowledged. */
  id?: string;
  /** Another task that the same key was answered with. */
  otherId?: string;
  /** Calls whose outcome the caller never learned. */
  unknown: number;
}

interface Ended {
  state: string;
  failure?: { message: string };
}

const CALL_MS = 8000;
const PATIENCE_MS = 120_000;

/** A caller that submits at a steady rate and repeats with the same key until it is told that the task is there. */
export class Load {
  readonly submissions: Submission[] = [];
  /** Calls of any kind, and how many of them were answered without a 5xx. */
  calls = 0;
  answered = 0;

  constructor(
    private readonly api: string,
    private readonly inputOf: (key: string) => unknown,
  ) {}

  /** Submits all of them, so many a second; resolves when each is acknowledged or given up. */
  async submitAll(keys: readonly string[], aSecond: number): Promise<void> {
    const under: Promise<void>[] = [];
    for (const key of keys) {
      under.push(this.submit(key));
      await sleep(1000 / aSecond);
    }
    await Promise.all(under);
  }

  private async submit(key: string): Promise<void> {
    const submission: Submission = { key, unknown: 0 };
    this.submissions.push(submission);
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(500)) {
      const answer = await this.call('POST', '/v1/tasks', { type: 'command.run', input: this.inputOf(key) }, key);
      if (answer === undefined) submission.unknown++;
      else if (answer.status < 300) {
        submission.id = ((await answer.json()) as { id: string }).id;
        await this.repeat(submission);
        return;
      }
    }
  }

  /** A caller that asks once more must be shown the task that it has. */
  private async repeat(submission: Submission): Promise<void> {
    const { key, id } = submission;
    const answer = await this.call('POST', '/v1/tasks', { type: 'command.run', input: this.inputOf(key) }, key);
    if (answer === undefined || answer.status >= 300) return;
    const again = ((await answer.json()) as { id: string }).id;
    if (again !== id) submission.otherId = again;
  }

  /** Waits until a task has ended; undefined when it does not within the patience. */
  async end(id: string, patienceMs: number): Promise<Ended | undefined> {
    for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(500)) {
      const answer = await this.call('GET', `/v1/tasks/${id}`);
      const task = answer?.status === 200 ? ((await answer.json()) as Ended) : undefined;
      if (task && ['completed', 'failed', 'cancelled'].includes(task.state)) return task;
    }
    return undefined;
  }

  /** The text of a file that a task made; undefined when the API has none, or never answers within the patience. */
  async fileOf(id: string, name: string, patienceMs: number): Promise<string | undefined> {
    for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(500)) {
      const answer = await this.call('GET', `/v1/tasks/${id}/artifacts/${name}`);
      if (answer?.status === 200) return answer.text();
      if (answer && answer.status < 500) return undefined;
    }
    return undefined;
  }

  private async call(method: string, url: string, body?: unknown, key?: string): Promise<Response | undefined> {
    this.calls++;
    try {
      const answer = await fetch(this.api + url, {
        method,
        signal: AbortSignal.timeout(CALL_MS),
        headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (answer.status < 500) this.answered++;
      return answer;
    } catch {
      return undefined;
    }
  }
}

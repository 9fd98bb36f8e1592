import type { BreakerView } from '../client/breakers/breakers';
import type { TaskClient } from '../client/task-client';
import type { QueueInfo } from '../client/workers/queues';
import type { OpenCondition } from '../protocol/alert';

/** What Temporal knows of the whole service. */
export interface Seen {
  queues: QueueInfo[];
  breakers: BreakerView[];
  alerts: OpenCondition[];
  deadLetters: number;
}

/** However often it is looked at, Temporal is asked this often at most. */
const FRESH_MS = 5000;
/** Nobody waits for longer; what comes later is for the next one who asks. */
const PATIENCE_MS = 3000;

/** The whole service at a glance, a few seconds old at most. */
export class ServiceView {
  private latest: { at: number; seen: Promise<Seen | undefined> } | undefined;

  constructor(private readonly tasks: TaskClient) {}

  /** `undefined` when Temporal does not answer in time. Never rejects. */
  async see(): Promise<Seen | undefined> {
    if (!this.latest || Date.now() - this.latest.at > FRESH_MS) {
      this.latest = { at: Date.now(), seen: this.look().catch(() => undefined) };
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    });
    return Promise.race([this.latest.seen, late]).finally(() => clearTimeout(timer));
  }

  private async look(): Promise<Seen> {
    const { alerts } = this.tasks;
    const [queues, breakers, { conditions }, deadLetters] = await Promise.all([
      this.tasks.workers(),
      this.tasks.breakers(),
      alerts.read(),
      alerts.facts.deadLetters(),
    ]);
    return { queues, breakers, alerts: conditions, deadLetters };
  }
}

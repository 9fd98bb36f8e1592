import type { Service } from '../../tasks/explain';
import type { TaskFacts } from '../../tasks/state';
import type { Resources } from '../resources';
import { unlessDenied } from '../temporal/rights';
import { SharedAnswers } from '../temporal/shared-answers';
import { type QueueInfo, readQueue } from './queues';
import { ServedTypes } from './served-types';
import { readWorkers, type WorkersReport } from './workers';

/** Thousand answers about waiting tasks need no thousand looks at their queue. */
const GLANCE_MS = 1000;

/** The queues of the catalogue, and who works on them. */
export class Workforce {
  private readonly servedTypes: ServedTypes;
  private readonly looks = new SharedAnswers<QueueInfo>(GLANCE_MS);

  constructor(private readonly resources: Resources) {
    this.servedTypes = new ServedTypes(resources.gateway);
  }

  async queues(): Promise<QueueInfo[]> {
    return Promise.all(this.resources.contracts.queues().map((queue) => this.queue(queue)));
  }

  async queue(name: string): Promise<QueueInfo> {
    return readQueue(this.resources.gateway, name);
  }

  async serving(queue: string, type: string): Promise<number | undefined> {
    return this.servedTypes.count(queue, type);
  }

  async fleet(): Promise<WorkersReport> {
    const { all: contracts, categories } = this.resources.contracts;
    return readWorkers(this.resources, { queues: await this.queues(), contracts, categories });
  }

  /** Who could work on a task. @param asks Whether the workers matter: for what is parked, only the catalogue does. */
  async serviceOf(facts: TaskFacts, asks = true): Promise<Service> {
    if (!asks) return { workers: undefined, foreign: this.isForeign(facts) };
    const [look, knowledge] = await Promise.all([
      // A task can be shown by whoever may not see its queue.
      unlessDenied(() => this.looks.get(facts.queue, () => this.queue(facts.queue))),
      this.knowledgeOf(facts),
    ]);
    return { workers: look?.workers.length, ...knowledge };
  }

  /** Whether the task's type is known: to the catalogue here, and to how many workers of its queue. */
  async knowledgeOf(facts: TaskFacts): Promise<Omit<Service, 'workers'>> {
    // What workers say of themselves is a help; without it the answer says less.
    const knowing = await this.serving(facts.queue, facts.type).catch(() => undefined);
    return { knowing, foreign: this.isForeign(facts) };
  }

  private isForeign({ type }: TaskFacts): boolean {
    return !this.resources.contracts.has(type);
  }
}

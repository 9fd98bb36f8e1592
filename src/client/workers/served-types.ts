import { Visibility } from '../diagnosis/visibility';
import type { Gateway } from '../temporal/gateway';
import { SharedAnswers } from '../temporal/shared-answers';
import { readHeartbeats, type WorkerHeartbeat } from './worker-heartbeats';

/** Workers say what they serve every few seconds; asking more often would bring nothing new. */
const FRESH_MS = 3000;

/** What the living workers say that they serve. */
export class ServedTypes {
  private readonly visibility: Visibility;
  private readonly answers = new SharedAnswers<WorkerHeartbeat[]>(FRESH_MS);

  constructor(private readonly gateway: Gateway) {
    this.visibility = new Visibility(gateway);
  }

  /** How many living workers of a queue have a task type; `undefined` when none of them says what it has. */
  async count(queue: string, type: string): Promise<number | undefined> {
    const own = (await this.heartbeats()).filter((one) => one.queue === queue && one.types !== undefined);
    return own.length === 0 ? undefined : own.filter(({ types = [] }) => types.includes(type)).length;
  }

  private heartbeats(): Promise<WorkerHeartbeat[]> {
    return this.answers.get('heartbeats', () => readHeartbeats(this.gateway, this.visibility));
  }
}

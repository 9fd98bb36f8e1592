import { Recent } from '../../client/submit/recent';
import type { TaskClient } from '../../client/task-client';
import { TASK_STATES } from '../../protocol/task';
import { isOpen } from '../../tasks/state';
import { Problem } from '../http/problems';

const RETRY_SECONDS = 30;

/** How many tasks of one tenant may be open. Counted every few seconds, so that a burst may reach beyond it. */
export class OpenTasks {
  private readonly counts = new Recent<{ open: number }>();

  constructor(
    private readonly tasks: TaskClient,
    private readonly limit: number,
  ) {}

  /** @param more Tasks that are to come. @throws Problem `too-many-requests`. */
  async check(tenant: string, more: number): Promise<void> {
    const state = TASK_STATES.filter(isOpen);
    const { open } = await this.counts.read(tenant, async () => ({ open: await this.tasks.count({ tenant, state }) }));
    if (open + more <= this.limit) return;
    throw new Problem('too-many-requests', `The tenant ${tenant} has ${open} open tasks, and may have ${this.limit}.`, {
      headers: { 'Retry-After': String(RETRY_SECONDS) },
    });
  }
}

import type { Request } from 'express';
import { type Caller, may, requireEveryType, sees } from '../../access/caller';
import type { Owned } from '../../access/owned';
import type { Scope } from '../../access/scopes';
import type { TaskClient } from '../../client/task-client';
import type { Subscriptions } from '../../client/webhooks/subscriptions';
import { HoldfastError } from '../../errors';
import { Problem } from '../http/problems';
import type { Over } from './rule';

/** Whether what a path names is the caller's: to others it is not there. */
export class Ownership {
  constructor(
    private readonly tasks: TaskClient,
    private readonly subscriptions: Subscriptions,
    private readonly owned: Owned,
  ) {}

  /** @throws HoldfastError `task-not-found`, `not-found`; Problem `forbidden`. */
  async check(caller: Caller, scope: Scope, over: Over, { params }: Request): Promise<void> {
    const whole = may(caller, scope);
    if (caller.tenant === undefined && whole) return;
    const id = String(params.id ?? params.hash ?? '');
    if (over === 'task') return this.checkTask(caller, scope, id);
    if (over === 'nothing' || over === 'own') return;
    requireEveryType(caller, scope);
    if (caller.tenant === undefined) return;
    if (over === 'installation') {
      throw new Problem('forbidden', "This is about every tenant, and for the installation's own keys only.");
    }
    if (!(await this.owns(caller.tenant, over, id))) throw new HoldfastError('not-found', `There is no ${over} ${id}.`);
  }

  private async checkTask(caller: Caller, scope: Scope, id: string): Promise<void> {
    const task = await this.tasks.ownerOf(id);
    if (!task || !sees(caller, task.tenant)) {
      throw new HoldfastError('task-not-found', `There is no task ${id}.`, { taskId: id });
    }
    if (!may(caller, scope, task.type))
      throw new Problem('forbidden', `This needs the scope ${scope} for ${task.type}.`);
  }

  private async owns(tenant: string, over: Exclude<Over, 'nothing' | 'own' | 'installation' | 'task'>, id: string) {
    if (over === 'schedule') return (await this.tasks.schedules.read(id)).tenant === tenant;
    if (over === 'subscription') return (await this.subscriptions.find(id))?.tenant === tenant;
    if (over === 'batch') return this.owned.has('batch', tenant, id.startsWith('batch:') ? id : `batch:${id}`);
    return this.owned.has(over, tenant, id);
  }
}

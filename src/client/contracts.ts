import { HoldfastError } from '../errors';
import type { AbsentType, Contract } from '../tasks/contract';
import { resolvePolicy } from '../tasks/policy';
import type { CategoryOverrides } from '../tasks/policy-override';
import { queuesOf } from '../tasks/queues';

/** The task types that are offered here, and the policies that the settings make of theirs. */
export class Contracts {
  private readonly byType: ReadonlyMap<string, Contract>;

  constructor(
    readonly all: readonly Contract[],
    readonly categories: CategoryOverrides = {},
    private readonly absent: readonly AbsentType[] = [],
  ) {
    this.byType = new Map(all.map((contract) => [contract.type, contract]));
  }

  /** @throws HoldfastError `unknown-task-type`. */
  of(type: string): Contract {
    const contract = this.byType.get(type);
    if (contract) return contract;
    const absent = this.absent.find((one) => one.type === type);
    const message = absent
      ? `The task type ${type} is not offered here. ${absent.reason}`
      : `There is no task type ${JSON.stringify(type)}. Known: ${this.types().join(', ')}.`;
    throw new HoldfastError('unknown-task-type', message, { issues: [{ pointer: '/type', message }] });
  }

  has(type: string): boolean {
    return this.byType.has(type);
  }

  types(): string[] {
    return [...this.byType.keys()];
  }

  /** Every queue that a policy names. */
  queues(): string[] {
    return queuesOf(this.all, this.categories);
  }

  /** Seconds that the tasks of each type are open at most when all goes well. */
  normalTimes(): Map<string, number> {
    return new Map(
      [...this.byType.values()].map((contract) => {
        const { maxProcessingTime, timeout } = resolvePolicy(contract, this.categories);
        return [contract.type, maxProcessingTime ?? timeout];
      }),
    );
  }
}

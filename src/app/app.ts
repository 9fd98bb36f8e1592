import type { Config } from '../config';
import { KeyRing } from '../encryption/key-ring';
import { KeyList, type KeySource } from '../encryption/key-source';
import { CONTROL_QUEUE } from '../protocol/task';
import { CATEGORIES, CATEGORY_NAMES } from '../tasks/categories';
import type { AbsentType, Contract } from '../tasks/contract';
import type { CategoryOverrides } from '../tasks/policy-override';
import { queuesOf } from '../tasks/queues';
import type { ScheduleOrder } from '../tasks/schedule-definition';
import type { OpenPack, Pack } from './pack';

/** The name of the app with the shipped task types. */
export const STOCK = 'holdfast';

/** What an app is: its name, and the packs with its task types. */
export interface AppDefinition {
  readonly name: string;
  readonly packs: readonly Pack[];
  /** Changes to the categories' policies. Settings outrank them. Defaults to none. */
  readonly categories?: CategoryOverrides;
  /** Where encryption keys come from. Defaults to HOLDFAST_ENCRYPTION_KEYS; without either nothing is encrypted. */
  readonly keySource?: KeySource;
}

/** An app under the settings of this process: what all its roles share. */
export class App {
  readonly name: string;
  /** Every task type, also those that cannot work here. */
  readonly contracts: readonly Contract[];
  readonly absent: readonly AbsentType[];
  /** Schedules that a worker creates when they do not exist. */
  readonly schedules: readonly ScheduleOrder[];
  /** The policies of the categories as the app and the settings change them. */
  readonly categories: CategoryOverrides;
  /** With them payloads and the artifact store are encrypted; `undefined`: they are not. */
  readonly keys: KeyRing | undefined;
  private readonly packs: readonly Pack[];

  constructor(
    { name, packs, categories = {}, keySource }: AppDefinition,
    readonly config: Config,
  ) {
    this.name = name;
    this.packs = packs;
    this.contracts = packs.flatMap((pack) => pack.contracts(config)).map((contract) => this.onOwnQueue(contract));
    this.categories = this.categoriesOf(categories);
    this.absent = packs.flatMap((pack) => pack.absent?.(config) ?? []);
    const source = keySource ?? (config.encryptionKeys && new KeyList(config.encryptionKeys));
    this.keys = source && new KeyRing(source);
    this.schedules = packs.flatMap((pack) => pack.schedules?.(config) ?? []);
  }

  /** Queue of the app's batches and bulk actions: only its own workers know their members' types. */
  get controlQueue(): string {
    return this.queueOf(CONTROL_QUEUE);
  }

  /** Every queue on which the app has work, sorted; what all apps share is not among them. */
  get queues(): string[] {
    const own = this.controlQueue === CONTROL_QUEUE ? [] : [this.controlQueue];
    return [...queuesOf(this.contracts, this.categories), ...own].sort();
  }

  /** Why the code of a task type cannot run in this process, and what to do; undefined when it can. */
  notHere(type: string): string | undefined {
    return this.packs.map((pack) => pack.notHere?.(this.config, type)).find((reason) => reason !== undefined);
  }

  /**
   * Opens the packs, and closes those already open when one fails.
   * @param elsewhere True in a process other than a worker's: packs that cannot run there stay closed.
   */
  async open({ elsewhere = false }: { elsewhere?: boolean } = {}): Promise<OpenPack> {
    const opened: OpenPack[] = [];
    const close = async () => {
      await Promise.all(opened.map((one) => one.close()));
    };
    try {
      for (const pack of this.packs) if (!elsewhere || this.runsHere(pack)) opened.push(await pack.open(this.config));
    } catch (error) {
      await close();
      throw error;
    }
    return {
      handlers: Object.assign({}, ...opened.map(({ handlers }) => handlers)),
      verifiers: Object.assign({}, ...opened.map(({ verifiers }) => verifiers)),
      close,
    };
  }

  /** Removes what dead processes left on this host before the given time. @returns How many folders. */
  async cleanHost(before: Date): Promise<number> {
    const removed = await Promise.all(this.packs.map((pack) => pack.cleanHost?.(before) ?? 0));
    return removed.reduce((sum, count) => sum + count, 0);
  }

  /** The queues of an app carry its name, so that no other app's workers take its tasks. Those of the stock app do not. */
  private queueOf(queue: string): string {
    return this.name === STOCK ? queue : `${this.name}.${queue}`;
  }

  private onOwnQueue(contract: Contract): Contract {
    const queue = contract.policy?.queue;
    return queue === undefined ? contract : { ...contract, policy: { ...contract.policy, queue: this.queueOf(queue) } };
  }

  private categoriesOf(own: CategoryOverrides): CategoryOverrides {
    const given = this.config.categories;
    return Object.fromEntries(
      CATEGORY_NAMES.map((name) => {
        const queue = own[name]?.queue ?? CATEGORIES[name].queue;
        return [name, { ...own[name], queue: this.queueOf(queue), ...given[name] }];
      }),
    );
  }

  private runsHere({ contracts, notHere }: Pack): boolean {
    return contracts(this.config).some(({ type }) => notHere?.(this.config, type) === undefined);
  }
}

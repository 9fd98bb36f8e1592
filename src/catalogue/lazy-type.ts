import type { Handler } from '../activities/attempt/handler';
import type { Verifier } from '../activities/attempt/verify';
import { lacking } from '../packages';
import { TaskFailure } from '../tasks/failures';
import type { CatalogueSettings, OpenType, ShippedType } from './shipped-type';

/** A task type whose handler, with its libraries, is loaded by the first task: a worker is not charged for what it never does. */
export class LazyType {
  readonly name: string;
  private opened: Promise<OpenType> | undefined;

  constructor(
    private readonly type: ShippedType,
    private readonly settings: CatalogueSettings,
  ) {
    this.name = type.contract(settings).type;
  }

  readonly handler: Handler = async (input, context) => (await this.open()).handler(input, context);

  get verifier(): Verifier | undefined {
    if (!this.type.verifies) return undefined;
    return async (input, context) => {
      const { verifier } = await this.open();
      return verifier
        ? verifier(input, context)
        : { effect: 'unknown', evidence: `${this.name} cannot determine what it has done.` };
    };
  }

  async close(): Promise<void> {
    const opened = await this.opened?.catch(() => undefined);
    await opened?.close?.();
  }

  private open(): Promise<OpenType> {
    this.opened ??= this.openWith(this.type.packages ?? []).catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  /** Asked before anything is loaded: some packages are loaded by processes of the handler, which would just break. */
  private async openWith(packages: readonly string[]): Promise<OpenType> {
    const lack = lacking(this.name, packages);
    if (lack === undefined) return this.type.open(this.settings);
    throw new TaskFailure('CONFIG_MISSING_SERVICE', `${lack}, then start the worker again.`, undefined, {
      nothingDone: true,
    });
  }
}

import type { Handler } from '../activities/attempt/handler';
import type { Verifier } from '../activities/attempt/verify';
import { TaskFailure } from '../tasks/failures';
import type { CatalogueSettings, OpenType, ShippedType } from './shipped-type';

const MISSING = /^Cannot find (?:module|package) '([^'./][^']*)'/;

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
    this.opened ??= this.type.open(this.settings).catch((error: unknown) => {
      this.opened = undefined;
      throw this.explained(error);
    });
    return this.opened;
  }

  /** A package that only this type needs may have been left out of the installation. */
  private explained(error: unknown): unknown {
    const [, name] = MISSING.exec((error as Error).message) ?? [];
    if (!name) return error;
    const message = `${this.name} needs the package ${name}, which is not installed here: npm install ${name}, then start the worker again.`;
    return new TaskFailure('CONFIG_MISSING_SERVICE', message, undefined, { nothingDone: true });
  }
}

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';
import { findTemporalCli } from '../src/embedded/find-temporal';
import { TOOLS_FOLDER } from '../test/support/tools-folder';

/**
 * Runs a trial in this process, which ends with it.
 * @param main False: the trial found something, and the exit code is 1.
 */
export function runTrial(main: () => Promise<unknown>): void {
  findTemporalCli({ toolsFolder: TOOLS_FOLDER, log: console.error })
    .then((program) => {
      process.env.TEMPORAL_CLI_PATH = program;
      return main();
    })
    // The SDK's runtime, once set up, keeps a process alive.
    .then((good) => process.exit(good === false ? 1 : 0))
    .catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
}

/** Numbers from 0 to a most, in an order that the seed decides. */
export function seeded(seed: string): (most: number) => number {
  const random = xorshift128plus(Number(seed));
  return (most) => uniformInt(random, 0, most);
}

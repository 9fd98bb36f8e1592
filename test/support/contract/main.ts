import { parseArgs } from 'node:util';
import { findTemporalCli } from '../../../src/embedded/find-temporal';
import { TOOLS_FOLDER } from '../tools-folder';
import { runSchemathesis } from './schemathesis';
import { setStage } from './stage';

/** `npm run contract -- --seed 7 --examples 50 --only Schedule --phases fuzzing,stateful --seconds 60`: the API against its own document, for as long as that takes. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      examples: { type: 'string', default: '30' },
      only: { type: 'string' },
      phases: { type: 'string' },
      seconds: { type: 'string' },
      python: { type: 'string' },
    },
  });
  process.env.TEMPORAL_CLI_PATH = await findTemporalCli({ toolsFolder: TOOLS_FOLDER, log: console.error });
  const stage = await setStage();
  try {
    const { only, phases, seconds } = values;
    const plan = {
      seed: Number(values.seed),
      examples: Number(values.examples),
      ...(only && { only }),
      ...(phases && { phases }),
      ...(seconds && { seconds: Number(seconds) }),
    };
    const { code } = await runSchemathesis(values.python ?? 'python3', stage, plan, (text) =>
      process.stdout.write(text),
    );
    return code === 0;
  } finally {
    await stage.close();
  }
}

main()
  .then((good) => process.exit(good ? 0 : 1))
  .catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });

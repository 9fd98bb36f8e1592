import { parseArgs } from 'node:util';
import { runTrial } from '../trial';
import { runSchemathesis } from './schemathesis';
import { setStage } from './stage';

const { contractProgram }: { contractProgram(): Promise<string> } = require('../../scripts/lib/python');

/** `npm run contract -- --seed 7 --examples 50 --only Schedule --phases fuzzing,stateful --seconds 60`: the API against its own document, for as long as that takes. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      examples: { type: 'string', default: '30' },
      only: { type: 'string' },
      phases: { type: 'string' },
      seconds: { type: 'string' },
    },
  });
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
    const { code } = await runSchemathesis(await contractProgram(), stage, plan, (text) => process.stdout.write(text));
    return code === 0;
  } finally {
    await stage.close();
  }
}

runTrial(main);

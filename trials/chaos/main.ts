import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Cluster } from '../cluster/cluster';
import { runTrial, seeded } from '../trial';
import { changedBuild } from './changed-build';
import { FAULTS } from './faults';
import { MUTANTS } from './mutants';
import { isBroken, outcomeLines } from './report';
import { type Outcome, runScenario } from './scenario';

/** `npm run chaos -- --seed 7 --tasks 40 --rounds 1`: every fault in a seeded order under load, on a cluster of this machine. */
async function main(): Promise<boolean> {
  const number = (usual: string) => ({ type: 'string', default: usual }) as const;
  const { values } = parseArgs({
    options: {
      seed: number('1'),
      tasks: number('40'),
      rate: number('5'),
      rounds: number('1'),
      only: number(''),
      mutant: number(''),
    },
  });
  const upTo = seeded(values.seed);
  const program = path.join(__dirname, 'work.sh');
  const HOLDFAST_COMMANDS = JSON.stringify({ work: { program, args: ['.+', '[\\w-]+', '\\d+'], idempotent: true } });
  const mutant = values.mutant ? MUTANTS[values.mutant] : undefined;
  if (values.mutant && !mutant) throw new Error(`There are these mutants: ${Object.keys(MUTANTS).join(', ')}.`);
  const faults = FAULTS.filter(({ name }) => name.includes(values.only));
  if (faults.length === 0) throw new Error(`There are these faults: ${FAULTS.map(({ name }) => name).join(', ')}.`);
  const build = mutant && changedBuild(mutant);
  const cluster = await Cluster.start({
    log: (line) => console.error(line),
    settings: { HOLDFAST_COMMANDS },
    ...(build && { build }),
  });
  const outcomes: Outcome[] = [];
  try {
    for (let round = 0; round < Number(values.rounds); round++) {
      const left = [...faults];
      while (left.length > 0) {
        const [fault] = left.splice(upTo(left.length - 1), 1);
        if (!fault) break;
        const strikeAt = 0.3 + upTo(40) / 100;
        const aSecond = Number(values.rate);
        const tasks = Math.max(Number(values.tasks), aSecond * (fault.lasts ?? 0));
        const plan = { tasks, aSecond, seconds: 3, strikeAt: fault.lasts ? 0 : strikeAt };
        const outcome = await runScenario(cluster, fault, plan, `s${values.seed}-${outcomes.length}`);
        outcomes.push(outcome);
        for (const line of outcomeLines(outcome)) console.log(line);
      }
    }
  } finally {
    await cluster.stop();
    if (build) rmSync(build, { recursive: true, force: true });
  }
  const bad = outcomes.filter((outcome) => outcome.invalid || isBroken(outcome));
  console.log(`seed ${values.seed}: ${outcomes.length} scenarios, ${bad.length} bad`);
  return bad.length === 0;
}

runTrial(main);

import { measureAccess } from './access';
import { measureBatch } from './batches';
import { Calls } from './calls';
import { measureCost } from './cost';
import { measureDeadLetters } from './dead-letters';
import { measureDeletion } from './deletion';
import { measureDuplicates } from './duplicates';
import { measureEncryption } from './encryption';
import { measureFairness } from './fairness';
import type { Figure } from './figures';
import { measureKeys } from './keys';
import { measureMonitor } from './monitor';
import { measureOverhead } from './overhead';
import { report } from './report';
import * as scenarios from './scenarios';
import { type Stage, setStage } from './stage';
import { measureStandalone } from './standalone';

const SCENARIOS: Record<string, (calls: Calls, stage: Stage) => Promise<Figure[]>> = {
  cost: measureCost,
  standalone: measureStandalone,
  throughput: scenarios.measureThroughput,
  latency: scenarios.measureLatency,
  submission: scenarios.measureSubmission,
  duplicates: measureDuplicates,
  overhead: measureOverhead,
  keys: measureKeys,
  access: measureAccess,
  encryption: measureEncryption,
  memory: scenarios.measureMemory,
  fairness: measureFairness,
  deletion: measureDeletion,
  monitor: measureMonitor,
  list: scenarios.measureList,
  'dead-letters': measureDeadLetters,
  batch: measureBatch,
};

/** Measures what Holdfast costs, side by side with bare Temporal on one server: `npm run bench -- [scenario …]`. */
async function main(chosen: string[]): Promise<void> {
  const stage = await setStage();
  try {
    const calls = new Calls(stage);
    const { serverVersion } = await stage.client.workflowService.getSystemInfo({});
    await Promise.all([calls.bare(), calls.holdfast('bench.ordinary'), calls.holdfast('bench.inline')]);
    const figures: Figure[] = [];
    for (const [name, run] of Object.entries(SCENARIOS)) {
      if (chosen.length > 0 && !chosen.includes(name)) continue;
      console.error(`Measuring ${name}…`);
      figures.push(...(await run(calls, stage)));
    }
    console.log(report(figures, serverVersion ?? 'unknown'));
  } finally {
    await stage.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

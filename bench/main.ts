import { Calls } from './calls';
import type { Figure } from './figures';
import { report } from './report';
import * as scenarios from './scenarios';
import { setStage } from './stage';

/** Measures what Holdfast costs, side by side with bare Temporal on one server, and prints a table. */
async function main(): Promise<void> {
  const stage = await setStage();
  try {
    const calls = new Calls(stage);
    const { serverVersion } = await stage.client.workflowService.getSystemInfo({});
    await Promise.all([calls.bare(), calls.holdfast('bench.ordinary'), calls.holdfast('bench.inline')]);
    const figures: Figure[] = [];
    const measure = async (name: string, run: () => Promise<Figure[]>) => {
      console.error(`Measuring ${name}…`);
      figures.push(...(await run()));
    };
    await measure('throughput', () => scenarios.measureThroughput(calls));
    await measure('latency', () => scenarios.measureLatency(calls));
    await measure('submission', () => scenarios.measureSubmission(calls));
    await measure('overhead', () => scenarios.measureOverhead(calls));
    await measure('key computation', () => scenarios.measureKeys());
    await measure('memory over 5,000 tasks', () => scenarios.measureMemory(calls, stage));
    await measure('a list with 5,000 open tasks', () => scenarios.measureList(calls));
    console.log(report(figures, serverVersion ?? 'unknown'));
  } finally {
    await stage.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

import { randomUUID } from 'node:crypto';
import type { Calls } from './calls';
import { type Figure, median, takeTurns, throughput } from './figures';
import type { Stage } from './stage';

const LANES = 20;
const OPTIONS = { startToCloseTimeout: '1 minute' } as const;

/**
 * The server's own job queue, standalone activities, as a reference beside the minimal workflow and Holdfast. It is in
 * public preview: a server that does not have it fails this scenario.
 */
export async function measureStandalone(calls: Calls, { client }: Stage): Promise<Figure[]> {
  const standalone = () => client.activity.execute('noop', { ...OPTIONS, id: randomUUID(), taskQueue: 'bare' });
  await standalone();
  const turns = await takeTurns(40, {
    bare: () => calls.bare(),
    standalone,
    ordinary: () => calls.holdfast('bench.ordinary'),
    inline: () => calls.holdfast('bench.inline'),
  });
  const starts = await takeTurns(100, {
    bare: () => calls.bareStart(),
    standalone: () => client.activity.start('noop', { ...OPTIONS, id: randomUUID(), taskQueue: 'nobody' }),
  });
  const rates = { bare: [] as number[], standalone: [] as number[], ordinary: [] as number[], inline: [] as number[] };
  for (let round = 0; round < 3; round++) {
    rates.bare.push(await throughput(100, LANES, () => calls.bare()));
    rates.standalone.push(await throughput(100, LANES, standalone));
    rates.ordinary.push(await throughput(100, LANES, () => calls.holdfast('bench.ordinary')));
    rates.inline.push(await throughput(100, LANES, () => calls.holdfast('bench.inline')));
  }
  const latency = { unit: 'ms', against: median(turns.standalone) };
  const rate = { unit: '/s', against: median(rates.standalone) };
  return [
    { ...latency, what: 'latency p50 against a standalone activity, minimal workflow', holdfast: median(turns.bare) },
    { ...latency, what: 'latency p50 against a standalone activity, ordinary', holdfast: median(turns.ordinary) },
    { ...latency, what: 'latency p50 against a standalone activity, inline', holdfast: median(turns.inline) },
    {
      what: 'start p50 of the minimal workflow against a standalone activity',
      unit: 'ms',
      against: median(starts.standalone),
      holdfast: median(starts.bare),
    },
    {
      ...rate,
      what: 'throughput against standalone activities, 20 at once, minimal workflow',
      holdfast: median(rates.bare),
    },
    {
      ...rate,
      what: 'throughput against standalone activities, 20 at once, ordinary',
      holdfast: median(rates.ordinary),
    },
    {
      ...rate,
      what: 'throughput against standalone activities, 20 at once, inline',
      holdfast: median(rates.inline),
      aim: { atLeast: 1.1 },
    },
  ];
}

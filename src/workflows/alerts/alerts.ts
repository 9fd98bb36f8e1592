import { condition, continueAsNew, log, proxyActivities, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { AlertNotice, AlertsMemo, SentNotice, SinkName } from '../../protocol/alert';
import { AlertBook } from './alert-book';
import { conditionOf } from './alert-news';
import { takeAlertSignals } from './alert-signals';

/** What one run hands to the next. */
interface AlertsStart extends AlertsMemo {
  /** Seconds without news after which a condition that began with news is over. Defaults to 24 hours. */
  quiet: number;
}

/** A sink that is dead for longer misses the notice; the others do not. */
const DELIVERY_MS = 3600_000;
const LAST_CHANCE_MS = 60_000;
const DAY = 86_400;

/**
 * The memory of alerts: takes reports of conditions and news of dead letters, and reports each once when it
 * begins, again when it worsens, and when it is over, however often the processes that report start again.
 */
export async function alerts(argument: unknown): Promise<void> {
  const { quiet, ...memo } = readStart(argument);
  const book = new AlertBook(memo);
  let changed = true;
  const note = (change: () => void) => {
    change();
    changed = true;
  };
  takeAlertSignals({
    condition: (report) => note(() => book.report(report, Date.now())),
    submissions: (count) => note(() => book.countSubmissions(count, Date.now())),
    deadLetter: (news) =>
      note(() => {
        const found = conditionOf(news, (key) => book.countOf(key));
        if (found) book.report({ ...found, holds: true }, Date.now(), quiet);
      }),
  });

  const begun = new Set<SentNotice>();
  while (!workflowInfo().continueAsNewSuggested) {
    await untilChanged(book, () => changed || workflowInfo().continueAsNewSuggested);
    if (book.clearQuiet(Date.now())) changed = true;
    for (const notice of book.underWay.filter((one) => !begun.has(one))) {
      begun.add(notice);
      for (const sink of notice.pending) {
        void deliver(notice, sink).then((outcome) => note(() => book.settle(notice, sink, outcome)));
      }
    }
    if (changed) upsertMemo({ ...book.memo });
    changed = false;
  }
  // Deliveries that are under way begin again there: reported twice is better than never.
  await continueAsNew<typeof alerts>({ ...book.memo, quiet } satisfies AlertsStart);
}

async function deliver(notice: SentNotice, sink: SinkName): Promise<'delivered' | 'undelivered' | 'off'> {
  const left = Math.max(LAST_CHANCE_MS, Date.parse(notice.at) + DELIVERY_MS - Date.now());
  const { deliverAlert } = proxyActivities<{ deliverAlert(sink: SinkName, notice: AlertNotice): Promise<boolean> }>({
    startToCloseTimeout: '45 s',
    scheduleToCloseTimeout: left,
    retry: { initialInterval: '2 s', backoffCoefficient: 2, maximumInterval: '5 min' },
  });
  const { pending: _pending, delivered: _delivered, undelivered: _undelivered, ...sent } = notice;
  try {
    return (await deliverAlert.executeWithOptions({ summary: `${sink}: ${notice.key}` }, [sink, sent]))
      ? 'delivered'
      : 'off';
  } catch (error) {
    log.error('An alert could not be delivered', { sink, key: notice.key, at: notice.at, error: String(error) });
    return 'undelivered';
  }
}

/** Also ends when a condition has been without news for long enough to count as over. */
async function untilChanged({ nextQuietAt }: AlertBook, changed: () => boolean): Promise<void> {
  if (nextQuietAt === Number.POSITIVE_INFINITY) await condition(changed);
  else await condition(changed, Math.max(1, nextQuietAt - Date.now()));
}

/** Anyone can start it with the stock CLI: only what an earlier run handed over is a memory. */
function readStart(argument: unknown): AlertsStart {
  const handedOver = workflowInfo().continuedFromExecutionRunId !== undefined;
  if (handedOver) return argument as AlertsStart;
  const { quiet } = { ...(argument as Partial<AlertsStart> | null | undefined) };
  return { conditions: [], notices: [], submissions: [], quiet: typeof quiet === 'number' ? quiet : DAY };
}

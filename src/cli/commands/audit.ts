import type { Command } from 'commander';
import { z } from 'zod';
import { AuditLog, type AuditRecord } from '../../access/audit';
import { headed } from '../head';
import { number } from '../numbers';
import type { Column } from '../output/table';
import type { Runner } from '../runner';
import type { Session } from '../session';
import { UsageError } from '../usage-error';

interface AuditOptions {
  day?: string;
  actor?: string;
  action?: string;
  tenant?: string;
  limit: number;
}

const LONGEST = 10_000;

export function addAudit(program: Command, runner: Runner): void {
  headed(runner.common(program.command('audit')), {
    summary: 'show who changed what, the last first',
    description: 'Every write that came through the API, and every key that was made or ended here. Kept for 90 days.',
    examples: ['holdfast audit --day 2030-01-31 --action retryTask'],
  })
    .option('--day <date>', 'a day in UTC, as 2030-01-31; today by default')
    .option('--actor <name>', 'only of this key, by name or ID')
    .option('--action <name>', 'only this operation, such as retryTask')
    .option('--tenant <name>', 'only of keys of this tenant')
    .option('--limit <n>', 'records at most', number(1, LONGEST), 50)
    .action(runner.run<[], AuditOptions>('reading the audit log', show));
}

async function show({ artifacts, out, times, wide }: Session, options: AuditOptions): Promise<undefined> {
  const { day, actor, action, tenant, limit } = options;
  if (day !== undefined && !z.iso.date().safeParse(day).success)
    throw new UsageError(`${day} is no day, such as 2030-01-31.`);
  const given = Object.entries({ day, actor, action, tenant, limit }).filter(([, value]) => value !== undefined);
  const records = await new AuditLog(artifacts.entries).read(Object.fromEntries(given));
  if (out.asJson) out.json({ records });
  else if (records.length === 0) out.line('Nothing was changed on that day.');
  else {
    const columns: Column<AuditRecord>[] = [
      { title: 'At', width: 19, cell: ({ at }) => times.of(at) },
      { title: 'Who', width: 20, cell: ({ actor: key, by }) => key?.name ?? by ?? '' },
      { title: 'Action', width: 24, cell: (record) => record.action },
      { title: 'Outcome', width: 18, cell: ({ outcome }) => outcome },
      { title: 'Object', cell: ({ object }) => object ?? '' },
    ];
    const more: Column<AuditRecord>[] = [
      { title: 'Address', cell: ({ address }) => address ?? '' },
      { title: 'Request', cell: ({ requestId }) => requestId ?? '' },
      { title: 'Reason', cell: ({ reason }) => reason ?? '' },
    ];
    out.table(wide ? [...columns, ...more] : columns, records);
  }
  return undefined;
}

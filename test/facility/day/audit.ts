import { sql } from 'kysely';
import type { FacilityDatabase } from '../../../examples/facility/src/database/open';
import { type Mail, mailTasks } from '../../../examples/facility/src/mail/send';
import { taskIdForKey, taskOfEffect } from '../../../src/tasks/keys';
import type { MailServer } from '../../support/servers/mail-server';

/** What is there at the end, by the database's and the mail server's own word. */
export interface Audit {
  effects: number;
  mails: number;
}

/** Rows that miss what must have come with them, or came without it: each query finds none. */
const ORPHANS: Readonly<Record<string, string>> = {
  'an effect without an outcome': `select key from effects where outcome is null`,
  'a closed job without its effect': `select id from job_instances where autoclosed_by_server and not exists
    (select from effects where key like 'autoclose:' || job_instances.id || ':%')`,
  'an autoclose effect without its job': `select key from effects where key like 'autoclose:%'
    and (outcome->>'closed')::boolean and not exists (select from job_instances
      where autoclosed_by_server and id = split_part(key, ':', 2)::integer)`,
  'a job whose ticket is missing, or that says nothing of it': `select job_instances.id from job_instances
    left join tickets on tickets.instance_id = job_instances.id where ticket_generated <> (tickets.id is not null)`,
  'an open checkpoint of a closed job': `select checkpoints.id from checkpoints
    join job_instances on job_instances.id = instance_id where autoclosed_by_server and checkpoints.status = 'ASSIGNED'`,
  'a level without its effect': `select id from ticket_history where not exists
    (select from effects where key like 'escalation:' || ticket_id || ':L' || level || ':%')`,
  'an escalation effect without its level': `select key from effects where key like 'escalation:%'
    and (outcome->>'raised')::boolean and not exists (select from ticket_history
      where ticket_id = split_part(key, ':', 2)::integer and 'L' || level = split_part(key, ':', 3))`,
  'a sent reminder without its effect': `select id from reminders where status = 'SUCCESS' and not exists
    (select from effects where key like 'reminder:' || reminders.id || ':%')`,
  'a reminder that was written and is not sent': `select key from effects where key like 'reminder:%'
    and outcome ? 'mail' and not exists (select from reminders
      where status = 'SUCCESS' and id = split_part(key, ':', 2)::integer)`,
  'planned jobs that do not add up': `select planned, there from
    (select coalesce(sum((outcome->>'planned')::integer), 0) as planned from effects where outcome ? 'planned') as effects,
    (select count(*) as there from job_instances where job_id is not null) as rows where planned <> there`,
  'a planned job without its reminder': `select job_instances.id from job_instances join jobs on jobs.id = job_id
    where reminder_minutes is not null and not exists (select from reminders where instance_id = job_instances.id)`,
  'reports that do not add up': `select stored, there from
    (select count(*) as stored from effects where (outcome->>'stored')::boolean) as effects,
    (select count(*) as there from report_files join report_definitions on report_definitions.id = definition_id
      where enabled) as rows where stored <> there`,
  'a mailed report without its effect, or still there': `select id from report_files where mailed_at is not null and
    (content is not null or not exists (select from effects where key like 'report-mail:' || report_files.id || ':%'))`,
  'a report effect without its report': `select key from effects where key like 'report-mail:%'
    and (outcome->>'sent')::integer > 0 and not exists (select from report_files
      where mailed_at is not null and id = split_part(key, ':', 2)::integer)`,
  'a ticket whose level is not its last': `select id from tickets where level <>
    (select count(*) from ticket_history where ticket_id = tickets.id)`,
};

/** IDs of the tasks of the mails that recorded outcomes ask for. */
export async function mailTaskIds(database: FacilityDatabase): Promise<string[]> {
  const effects = await database.selectFrom('effects').select(['key', 'outcome']).execute();
  return effects.flatMap(({ key, outcome }) => {
    const { mails = [], mail } = (outcome ?? {}) as { mails?: Mail[]; mail?: Mail };
    const [day = ''] = /\d{4}-\d\d-\d\d/.exec(key) ?? [];
    return mailTasks(mail ? [mail] : mails, day).map((task) => taskIdForKey(task.type, undefined, task.key));
  });
}

/** Addresses that got a report, once for each. */
async function reportAddresses(database: FacilityDatabase): Promise<string[]> {
  const mailed = await database
    .selectFrom('reportFiles')
    .innerJoin('reportDefinitions', 'reportDefinitions.id', 'definitionId')
    .select('recipients')
    .where('mailedAt', 'is not', null)
    .execute();
  return mailed.flatMap(({ recipients }) => recipients.filter((text) => text.includes('@')));
}

/** Compares rows, effects and the mail server's log: nothing is missing, nothing is there twice, nothing has no owner. */
export async function audit(database: FacilityDatabase, mail: MailServer): Promise<Audit> {
  const orphans: Record<string, unknown[]> = {};
  for (const [what, query] of Object.entries(ORPHANS)) {
    const { rows } = await sql.raw(query).execute(database);
    if (rows.length > 0) orphans[what] = rows;
  }
  expect(orphans).toEqual({});
  const asked = await mailTaskIds(database);
  const ofOutcomes = new Set(asked);
  const arrived = mail.received.map(({ effectKey, to }) => ({ task: taskOfEffect(effectKey), to: to.join() }));
  const [known, reports] = [
    arrived.filter(({ task }) => ofOutcomes.has(task)),
    arrived.filter(({ task }) => !ofOutcomes.has(task)),
  ];
  expect(known.map(({ task }) => task).sort()).toEqual(asked.sort());
  expect(reports.map(({ to }) => to).sort()).toEqual((await reportAddresses(database)).sort());
  expect(new Set(mail.received.map(({ effectKey }) => effectKey)).size).toBe(arrived.length);
  const { count } = await database
    .selectFrom('effects')
    .select(({ fn }) => fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return { effects: Number(count), mails: arrived.length };
}

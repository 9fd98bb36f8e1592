import { sql } from 'kysely';
import type { FacilityDatabase } from '../../../src/facility/database/open';
import { emailKey } from '../../../src/facility/keys';
import type { Mail } from '../../../src/facility/mail/send';
import { emailSend } from '../../../src/tasks/email-send';
import { taskIdForKey, taskOfEffect } from '../../../src/tasks/keys';
import type { MailServer } from '../mail-server';

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
  'a ticket whose level is not its last': `select id from tickets where level <>
    (select count(*) from ticket_history where ticket_id = tickets.id)`,
};

/** IDs of the tasks of every mail that the recorded outcomes ask for. */
export async function mailTasks(database: FacilityDatabase): Promise<string[]> {
  const effects = await database.selectFrom('effects').select(['key', 'outcome']).execute();
  return effects.flatMap(({ key, outcome }) =>
    ((outcome as { mails?: Mail[] } | null)?.mails ?? []).map(({ template, to, values, attachments = [] }) => {
      const day = /\d{4}-\d\d-\d\d$/.exec(key)?.[0] ?? '';
      return taskIdForKey(emailSend.type, undefined, emailKey(template, to, { values, attachments }, day));
    }),
  );
}

/** Compares rows, effects and the mail server's log: nothing is missing, nothing is there twice, nothing has no owner. */
export async function audit(database: FacilityDatabase, mail: MailServer): Promise<Audit> {
  const orphans: Record<string, unknown[]> = {};
  for (const [what, query] of Object.entries(ORPHANS)) {
    const { rows } = await sql.raw(query).execute(database);
    if (rows.length > 0) orphans[what] = rows;
  }
  expect(orphans).toEqual({});
  const asked = await mailTasks(database);
  const arrived = mail.received.map(({ effectKey }) => taskOfEffect(effectKey));
  expect(arrived.sort()).toEqual(asked.sort());
  expect(new Set(mail.received.map(({ effectKey }) => effectKey)).size).toBe(arrived.length);
  const { count } = await database
    .selectFrom('effects')
    .select(({ fn }) => fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return { effects: Number(count), mails: arrived.length };
}

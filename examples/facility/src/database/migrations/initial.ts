import { type Kysely, sql } from 'kysely';
import { FREQUENCIES, IDENTIFIERS, INSTANCE_STATES, NOTICES, WAIT_UNITS } from '../schema';

const id = (table: string, more: string) =>
  `create table ${table} (id integer generated always as identity primary key, ${more})`;
const oneOf = (column: string, values: readonly (string | number)[]) =>
  `${column} text not null check (${column} in (${values.map((value) => `'${value}'`).join(', ')}))`;

/** What was true when it was made: a change to a table is a migration of its own. */
const STATEMENTS = [
  id(
    'people',
    `tenant text not null, name text not null, email text not null, client_admin boolean not null default false`,
  ),
  id(
    'sites',
    `tenant text not null, name text not null, time_zone text not null default 'UTC',
    in_charge_id integer not null references people`,
  ),
  id(
    'jobs',
    `site_id integer not null references sites, name text not null, ${oneOf('identifier', IDENTIFIERS)},
    assignee_id integer not null references people, cron text not null,
    valid_from timestamptz not null, valid_until timestamptz not null, grace_minutes integer not null default 30,
    reminder_minutes integer, ${oneOf('notice', NOTICES)} default 'NONE', checkpoints text[] not null default '{}',
    scrapped boolean not null default false, generated_until timestamptz`,
  ),
  id(
    'job_instances',
    `job_id integer references jobs, site_id integer not null references sites, name text not null,
    ${oneOf('identifier', IDENTIFIERS)}, assignee_id integer not null references people,
    planned_at timestamptz not null, expires_at timestamptz not null,
    ${oneOf('status', INSTANCE_STATES)} default 'ASSIGNED', ${oneOf('notice', NOTICES)} default 'NONE',
    offset_minutes integer not null default 0, email_sent boolean not null default false,
    ticket_generated boolean not null default false, autoclosed_by_server boolean not null default false,
    closed_at timestamptz, unique (job_id, planned_at)`,
  ),
  `create index on job_instances (expires_at) where status in ('ASSIGNED', 'INPROGRESS')`,
  id(
    'checkpoints',
    `instance_id integer not null references job_instances on delete cascade, position integer not null,
    name text not null, ${oneOf('status', ['ASSIGNED', 'COMPLETED', 'AUTOCLOSED'])} default 'ASSIGNED',
    unique (instance_id, position)`,
  ),
  id(
    'tickets',
    `site_id integer not null references sites, instance_id integer unique references job_instances,
    category text not null, description text not null,
    ${oneOf('status', ['NEW', 'OPEN', 'RESOLVED', 'CLOSED', 'CANCELLED'])} default 'NEW',
    ${oneOf('priority', ['LOW', 'MEDIUM', 'HIGH'])} default 'MEDIUM', level integer not null default 0,
    assignee_id integer references people, system_generated boolean not null default false,
    created_at timestamptz not null`,
  ),
  `create index on tickets (created_at) where status not in ('CLOSED', 'CANCELLED')`,
  id(
    'ticket_history',
    `ticket_id integer not null references tickets on delete cascade, level integer not null,
    from_assignee_id integer references people, to_assignee_id integer not null references people,
    at timestamptz not null, unique (ticket_id, level)`,
  ),
  id(
    'escalation_matrix',
    `tenant text not null, category text not null, level integer not null check (level > 0),
    wait integer not null check (wait >= 0), ${oneOf('unit', WAIT_UNITS)},
    assignee_id integer not null references people, unique (tenant, category, level)`,
  ),
  id(
    'reminders',
    `instance_id integer not null references job_instances on delete cascade, due_at timestamptz not null,
    ${oneOf('status', ['PENDING', 'SUCCESS', 'FAILED'])} default 'PENDING', failure text, settled_at timestamptz,
    unique (instance_id, due_at)`,
  ),
  `create index on reminders (due_at) where status <> 'SUCCESS'`,
  id(
    'report_definitions',
    `tenant text not null, name text not null, ${oneOf('kind', ['jobs', 'tickets'])},
    site_id integer references sites, owner_id integer not null references people,
    ${oneOf('format', ['pdf', 'csv'])}, ${oneOf('frequency', FREQUENCIES)},
    working_days integer not null default 5 check (working_days in (5, 6)), time_zone text not null default 'UTC',
    send_time text not null check (send_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'), recipients text[] not null, enabled boolean not null default true`,
  ),
  id(
    'report_files',
    `definition_id integer not null references report_definitions, name text not null,
    period_from timestamptz not null, period_to timestamptz not null, content bytea, created_at timestamptz not null,
    send_at timestamptz not null, mailed_at timestamptz, removed_at timestamptz,
    unique (definition_id, period_from, period_to)`,
  ),
  `create table effects (key text primary key, task_id text not null, outcome jsonb, recorded_at timestamptz not null,
    told_at timestamptz)`,
];

export async function up(database: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

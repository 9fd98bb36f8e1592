import type { ColumnType, Generated, JSONColumnType } from 'kysely';

export const IDENTIFIERS = ['PPM', 'TASK', 'INTERNALTOUR', 'EXTERNALTOUR', 'SITEREPORT'] as const;
export const NOTICES = ['NONE', 'AUTOCLOSENOTIFY', 'RAISETICKETNOTIFY'] as const;
export const INSTANCE_STATES = ['ASSIGNED', 'INPROGRESS', 'PARTIALLYCOMPLETED', 'COMPLETED', 'AUTOCLOSED'] as const;
/** Of an instance that nobody has reported. */
export const OPEN: readonly (typeof INSTANCE_STATES)[number][] = ['ASSIGNED', 'INPROGRESS'];
export const WAIT_UNITS = ['MINUTE', 'HOUR', 'DAY', 'WEEK'] as const;
export const FREQUENCIES = ['daily', 'weekly', 'monthly', 'working-days'] as const;

type Identifier = (typeof IDENTIFIERS)[number];
type Notice = (typeof NOTICES)[number];
type Id = Generated<number>;
/** A column with a default, of which only the other values are ever written. */
type Defaulted<T> = ColumnType<T, T | undefined, T>;

/** The tables of the facility pack, in camel case; in the database names have underscores. All times are instants. */
export interface FacilityTables {
  people: {
    id: Id;
    tenant: string;
    name: string;
    email: string;
    /** A client admin gets the notices of every site of the tenant. */
    clientAdmin: Defaulted<boolean>;
  };
  sites: { id: Id; tenant: string; name: string; timeZone: Defaulted<string>; inChargeId: number };
  /** What is to be done again and again. */
  jobs: {
    id: Id;
    siteId: number;
    name: string;
    identifier: Identifier;
    assigneeId: number;
    /** When it is planned, in the zone of its site. */
    cron: string;
    validFrom: Date;
    validUntil: Date;
    /** Minutes after the planned time until it is late. */
    graceMinutes: Defaulted<number>;
    /** Minutes before the planned time at which its reminder is due; none without. */
    reminderMinutes: number | null;
    notice: Defaulted<Notice>;
    /** Names of the checkpoints of a tour, in order. */
    checkpoints: Defaulted<string[]>;
    scrapped: Defaulted<boolean>;
    /** Instances exist up to this time. */
    generatedUntil: Date | null;
  };
  /** One time that a job is planned for. */
  jobInstances: {
    id: Id;
    jobId: number | null;
    siteId: number;
    name: string;
    identifier: Identifier;
    assigneeId: number;
    plannedAt: Date;
    expiresAt: Date;
    status: Defaulted<(typeof INSTANCE_STATES)[number]>;
    notice: Defaulted<Notice>;
    /** Minutes east of Greenwich in which its times are shown. */
    offsetMinutes: Defaulted<number>;
    emailSent: Defaulted<boolean>;
    ticketGenerated: Defaulted<boolean>;
    autoclosedByServer: Defaulted<boolean>;
    closedAt: Date | null;
  };
  checkpoints: {
    id: Id;
    instanceId: number;
    position: number;
    name: string;
    status: Defaulted<'ASSIGNED' | 'COMPLETED' | 'AUTOCLOSED'>;
  };
  tickets: {
    id: Id;
    siteId: number;
    /** The instance that was not done in time, for tickets that the system makes. */
    instanceId: number | null;
    category: string;
    description: string;
    status: Defaulted<'NEW' | 'OPEN' | 'RESOLVED' | 'CLOSED' | 'CANCELLED'>;
    priority: Defaulted<'LOW' | 'MEDIUM' | 'HIGH'>;
    level: Defaulted<number>;
    assigneeId: number | null;
    systemGenerated: Defaulted<boolean>;
    createdAt: Date;
  };
  ticketHistory: {
    id: Id;
    ticketId: number;
    level: number;
    fromAssigneeId: number | null;
    toAssigneeId: number;
    at: Date;
  };
  /** Who gets a ticket that nobody has closed for so long. */
  escalationMatrix: {
    id: Id;
    tenant: string;
    category: string;
    level: number;
    wait: number;
    unit: (typeof WAIT_UNITS)[number];
    assigneeId: number;
  };
  reminders: {
    id: Id;
    instanceId: number;
    dueAt: Date;
    status: Defaulted<'PENDING' | 'SUCCESS' | 'FAILED'>;
    /** Why it failed. */
    failure: string | null;
    settledAt: Date | null;
  };
  reportDefinitions: {
    id: Id;
    tenant: string;
    name: string;
    kind: 'jobs' | 'tickets';
    siteId: number | null;
    ownerId: number;
    format: 'pdf' | 'csv';
    frequency: (typeof FREQUENCIES)[number];
    /** Working days of a week, from Monday on: 5 or 6. */
    workingDays: Defaulted<number>;
    timeZone: Defaulted<string>;
    /** Time of day at which the report is mailed, in its zone: `HH:MM`. */
    sendTime: string;
    recipients: string[];
    enabled: Defaulted<boolean>;
  };
  reportFiles: {
    id: Id;
    definitionId: number;
    name: string;
    periodFrom: Date;
    periodTo: Date;
    /** Null once it is removed. */
    content: Uint8Array | null;
    createdAt: Date;
    sendAt: Date;
    mailedAt: Date | null;
    removedAt: Date | null;
  };
  /** What an effect has come to, written with it. */
  effects: {
    key: string;
    taskId: string;
    outcome: JSONColumnType<object> | null;
    recordedAt: Date;
    /** When the mails that follow from it were handed over. */
    toldAt: Date | null;
  };
}

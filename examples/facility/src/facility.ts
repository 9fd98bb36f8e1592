import type { Handler, HandlersFor, Verifier, VerifiersFor } from 'holdfast';
import type { FacilityContracts } from './contracts';
import { type DatabaseLocation, type FacilityDatabase, openDatabase } from './database/open';
import { closing, createJobsAutoclose } from './jobs-autoclose';
import { createPpmCreate, planning } from './ppm-create';
import { createReminderVerifier } from './remind/verify';
import { createRemindersSend } from './reminders-send';
import { createReportsCreate, making } from './reports-create';
import { createReportsMail, mailing } from './reports-mail';
import { seedIfEmpty } from './seed/seed';
import { createTicketsEscalate, escalation } from './tickets-escalate';
import { verifyItem } from './verify-item';

/** The pack in one worker process. */
export interface Facility {
  handlers: Readonly<Record<string, Handler>>;
  /** They show whether an item has been dealt with. */
  verifiers: Readonly<Record<string, Verifier>>;
  /** The database, opened with the first use. */
  database(): Promise<FacilityDatabase>;
  /** Closes the database. */
  close(): Promise<void>;
}

const DEFAULT_MAIL_BYTES = 10_485_760;

/**
 * Makes the pack's handlers. An embedded database is opened now; a server with its first use, so that a worker starts
 * and does its other work while it is away.
 * @param mailBytes What a mail of the worker may have: reports that are larger are not made. Defaults to 10 MiB.
 * @param seed Whether a database without people gets seed data, so that there is something to see. Defaults to true for
 *   an embedded one, which is for trying things out; a server is never seeded.
 * @throws StartError while another process holds an embedded database.
 */
export async function openFacility(
  location: DatabaseLocation,
  { mailBytes = DEFAULT_MAIL_BYTES, seed = true }: { mailBytes?: number; seed?: boolean } = {},
): Promise<Facility> {
  const connection = new LazyDatabase(location);
  const database = () => connection.database();
  if (location.kind === 'embedded') await openEmbedded(connection, seed);
  const resources = { database, mailBytes };
  const handlers: HandlersFor<FacilityContracts> = {
    'jobs.autoclose': createJobsAutoclose(resources),
    'tickets.escalate': createTicketsEscalate(resources),
    'ppm.create': createPpmCreate(resources),
    'reminders.send': createRemindersSend(resources),
    'reports.create': createReportsCreate(resources),
    'reports.mail': createReportsMail(resources),
  };
  const verifiers: VerifiersFor<FacilityContracts> = {
    'jobs.autoclose': verifyItem(resources, closing),
    'tickets.escalate': verifyItem(resources, escalation),
    'ppm.create': verifyItem(resources, planning),
    'reminders.send': createReminderVerifier(resources),
    'reports.create': verifyItem(resources, making),
    'reports.mail': verifyItem(resources, mailing),
  };
  return {
    handlers: handlers as unknown as Record<string, Handler>,
    verifiers: verifiers as unknown as Record<string, Verifier>,
    database,
    close: () => connection.close(),
  };
}

async function openEmbedded(connection: LazyDatabase, seed: boolean): Promise<void> {
  const database = await connection.database();
  try {
    if (seed) await seedIfEmpty(database, { now: new Date() });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

class LazyDatabase {
  private opened: Promise<FacilityDatabase> | undefined;

  constructor(private readonly location: DatabaseLocation) {}

  database(): Promise<FacilityDatabase> {
    this.opened ??= openDatabase(this.location).catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  async close(): Promise<void> {
    const database = await this.opened?.catch(() => undefined);
    await database?.destroy();
  }
}

import type { Handler, HandlersFor } from '../activities/handler';
import type { FacilityContracts } from './contracts';
import { type DatabaseLocation, type FacilityDatabase, openDatabase } from './database/open';
import { createJobsAutoclose } from './jobs-autoclose';
import { createReportsCreate } from './reports-create';
import { createReportsMail } from './reports-mail';
import { createTicketsEscalate } from './tickets-escalate';

/** The pack in one worker process. */
export interface Facility {
  handlers: Readonly<Record<string, Handler>>;
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
 * @throws StartError while another process holds an embedded database.
 */
export async function openFacility(location: DatabaseLocation, mailBytes = DEFAULT_MAIL_BYTES): Promise<Facility> {
  const connection = new LazyDatabase(location);
  if (location.kind === 'embedded') await connection.database();
  const database = () => connection.database();
  const resources = { database, mailBytes };
  const handlers: HandlersFor<FacilityContracts> = {
    'jobs.autoclose': createJobsAutoclose(resources),
    'tickets.escalate': createTicketsEscalate(resources),
    'reports.create': createReportsCreate(resources),
    'reports.mail': createReportsMail(resources),
  };
  return { handlers: handlers as unknown as Record<string, Handler>, database, close: () => connection.close() };
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

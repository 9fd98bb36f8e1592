import type { Handler, HandlersFor } from '../activities/handler';
import type { FacilityContracts } from './contracts';
import { type DatabaseLocation, type FacilityDatabase, openDatabase } from './database/open';
import { createJobsAutoclose } from './jobs-autoclose';
import { createPpmCreate } from './ppm-create';
import { createRemindersSend } from './reminders-send';
import { createTicketsEscalate } from './tickets-escalate';

/** The pack in one worker process. */
export interface Facility {
  handlers: Readonly<Record<string, Handler>>;
  /** The database, opened with the first use. */
  database(): Promise<FacilityDatabase>;
  /** Closes the database. */
  close(): Promise<void>;
}

/**
 * Makes the pack's handlers. An embedded database is opened now; a server with its first use, so that a worker starts
 * and does its other work while it is away.
 * @throws StartError while another process holds an embedded database.
 */
export async function openFacility(location: DatabaseLocation): Promise<Facility> {
  const connection = new LazyDatabase(location);
  if (location.kind === 'embedded') await connection.database();
  const database = () => connection.database();
  const resources = { database };
  const handlers: HandlersFor<FacilityContracts> = {
    'jobs.autoclose': createJobsAutoclose(resources),
    'tickets.escalate': createTicketsEscalate(resources),
    'ppm.create': createPpmCreate(resources),
    'reminders.send': createRemindersSend(resources),
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

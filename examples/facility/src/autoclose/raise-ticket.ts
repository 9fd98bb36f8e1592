import type { FacilityTransaction } from '../database/open';
import { shownTime } from '../shown-time';

/** Category of the tickets that the system raises; its escalations are in the matrix like any other's. */
export const AUTOCLOSED = 'AUTOCLOSED';

interface LateInstance {
  id: number;
  siteId: number;
  tenant: string;
  name: string;
  plannedAt: Date;
  offsetMinutes: number;
}

/** What the mail says of a ticket. */
interface RaisedTicket {
  number: number;
  priority: string;
  nextEscalation: string;
}

/** Raises the ticket of a job that was not done. */
export async function raiseTicket(transaction: FacilityTransaction, instance: LateInstance): Promise<RaisedTicket> {
  const { id: number, priority } = await transaction
    .insertInto('tickets')
    .values({
      siteId: instance.siteId,
      instanceId: instance.id,
      category: AUTOCLOSED,
      description: `AUTOCLOSED ${instance.name} planned on ${shownTime(instance.plannedAt, instance.offsetMinutes)} not reported in time`,
      systemGenerated: true,
      createdAt: new Date(),
    })
    .returning(['id', 'priority'])
    .executeTakeFirstOrThrow();
  const next = await transaction
    .selectFrom('escalationMatrix')
    .select(['wait', 'unit'])
    .where('tenant', '=', instance.tenant)
    .where('category', '=', AUTOCLOSED)
    .where('level', '=', 1)
    .executeTakeFirst();
  return { number, priority, nextEscalation: next ? inWords(next) : 'none' };
}

function inWords({ wait, unit }: { wait: number; unit: string }): string {
  return `in ${wait} ${unit.toLowerCase()}${wait === 1 ? '' : 's'}`;
}

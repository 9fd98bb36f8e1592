import type { FacilityTransaction } from '../database/open';
import type { NOTICES } from '../database/schema';

/** Addresses of those who are notified that a job was not done: who is in charge of its site, and the client's admins. */
export async function noticeOf(
  transaction: FacilityTransaction,
  { notice, siteId, tenant }: { notice: (typeof NOTICES)[number]; siteId: number; tenant: string },
): Promise<string[]> {
  if (notice === 'NONE') return [];
  const inCharge = await transaction
    .selectFrom('sites')
    .innerJoin('people', 'people.id', 'sites.inChargeId')
    .select('people.email')
    .where('sites.id', '=', siteId)
    .execute();
  const admins = await transaction
    .selectFrom('people')
    .select('email')
    .where('tenant', '=', tenant)
    .where('clientAdmin', '=', true)
    .orderBy('id')
    .execute();
  return [...inCharge, ...admins].map(({ email }) => email);
}

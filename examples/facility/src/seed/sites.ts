import type { FacilityTransaction } from '../database/open';
import { CLIENTS, type Client } from './clients';
import { insertAll } from './insert';
import type { Random } from './random';
import { Staff } from './staff';

/** Somebody who works for a client. */
interface Person {
  id: number;
  email: string;
}

/** Those who answer for all sites of a client. */
export interface Office {
  client: Client;
  admins: readonly [Person, ...Person[]];
  /** Who gets tickets at level 1, 2 and 3. */
  leads: readonly [Person, Person, Person];
}

export interface Site {
  id: number;
  name: string;
  timeZone: string;
  office: Office;
  inCharge: Person;
  technicians: readonly [Person, ...Person[]];
}

/** Makes the clients' offices and so many sites, in turn, with those who work there. */
export async function addSites(
  transaction: FacilityTransaction,
  random: Random,
  count: number,
): Promise<{ offices: Office[]; sites: Site[]; people: number }> {
  const staff = new Staff(random);
  const offices = CLIENTS.slice(0, count).map((client) => ({ client, ...hireOffice(staff, client) }));
  const planned = Array.from({ length: count }, (_, index) => {
    const office = offices[index % offices.length] as (typeof offices)[number];
    const { client } = office;
    return {
      name: nameOf(client, Math.floor(index / offices.length), index),
      timeZone: random.pick(client.zones),
      client,
      inCharge: staff.hire(client),
      technicians: [staff.hire(client), staff.hire(client)] as const,
    };
  });
  const people = await insertAll(transaction, 'people', staff.rows);
  const person = (number: number): Person => ({ id: people[number] as number, email: staff.emailOf(number) });
  const ids = await insertAll(
    transaction,
    'sites',
    planned.map(({ name, timeZone, client, inCharge }) => ({
      tenant: client.tenant,
      name,
      timeZone,
      inChargeId: person(inCharge).id,
    })),
  );
  const known = offices.map(({ client, admins: [first, again, nowhere], leads: [one, two, three] }) => ({
    client,
    admins: [person(first), person(again), person(nowhere)] as const,
    leads: [person(one), person(two), person(three)] as const,
  }));
  const sites = planned.map(({ name, timeZone, inCharge, technicians: [one, two] }, index) => ({
    id: ids[index] as number,
    name,
    timeZone,
    office: known[index % known.length] as Office,
    inCharge: person(inCharge),
    technicians: [person(one), person(two)] as const,
  }));
  return { offices: known, sites, people: people.length };
}

/** As in life, one of the admins has no address yet, and one is entered twice. */
function hireOffice(staff: Staff, client: Client) {
  const first = staff.hire(client, { clientAdmin: true });
  const again = staff.hire(client, { clientAdmin: true, email: staff.emailOf(first).toUpperCase() });
  const nowhere = staff.hire(client, { clientAdmin: true, email: 'TBD' });
  const leads = [staff.hire(client), staff.hire(client), staff.hire(client)] as const;
  return { admins: [first, again, nowhere] as const, leads };
}

/** @param number Of the site among its client's. @param index Among all: one of them looks like a formula. */
function nameOf({ kinds, places }: Client, number: number, index: number): string {
  if (index === 1) return '=Plant 3';
  const place = places[number % places.length];
  const round = Math.floor(number / places.length);
  const kind = kinds[(number + round) % kinds.length];
  const again = Math.floor(round / kinds.length);
  return again === 0 ? `${kind} ${place}` : `${kind} ${place} ${again + 1}`;
}

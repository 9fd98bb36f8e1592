import type { Client } from './clients';
import type { NewRow } from './insert';
import type { Random } from './random';

/** Everybody who works for the clients, before they have their IDs: each is known by a number from 0. */
export class Staff {
  readonly rows: NewRow<'people'>[] = [];
  private readonly taken = new Set<string>();

  constructor(private readonly random: Random) {}

  /** @param email Defaults to one that is made from the name. @returns The person's number. */
  hire(client: Client, { email, clientAdmin = false }: { email?: string; clientAdmin?: boolean } = {}): number {
    const given = this.random.pick(client.given);
    const family = this.random.pick(client.family);
    const number = this.rows.length;
    const address = email ?? this.addressOf(client, `${given}.${family}`, number);
    this.rows.push({ tenant: client.tenant, name: `${given} ${family}`, email: address, clientAdmin });
    return number;
  }

  emailOf(number: number): string {
    return this.rows[number]?.email ?? '';
  }

  /** Names that cannot be written in ASCII get a personnel number, as many firms do it. */
  private addressOf({ domain }: Client, name: string, number: number): string {
    const plain = name
      .normalize('NFKD')
      .replace(/\p{M}|[’ ]|\.(?=[ .])/gu, '')
      .toLowerCase();
    const local = /^[a-z.]+$/.test(plain) && !this.taken.has(`${plain}@${domain}`) ? plain : `p${1000 + number}`;
    this.taken.add(`${local}@${domain}`);
    return `${local}@${domain}`;
  }
}

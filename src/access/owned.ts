import type { EntryStore } from '../artifacts/store';

/** What tenants own although it does not say so itself. */
export type OwnedKind = 'file' | 'batch' | 'bulk-action';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$/;

/** Which files, batches and bulk actions belong to which tenants. Equal files are one file, of as many tenants as brought it. */
export class Owned {
  constructor(private readonly entries: EntryStore) {}

  async add(kind: OwnedKind, tenant: string, name: string): Promise<void> {
    await this.entries.add(listOf(kind, tenant), name, null);
  }

  async has(kind: OwnedKind, tenant: string, name: string): Promise<boolean> {
    return NAME.test(name) && (await this.entries.get(listOf(kind, tenant), name)) !== undefined;
  }
}

function listOf(kind: OwnedKind, tenant: string): string {
  return `owned/${kind}/${tenant}`;
}

import type { HandlerContext } from 'holdfast';
import { type FacilityResources, write } from '../resources';
import { type Mail, sendMails } from './send';

/**
 * Hands over the mails that follow from an effect, and notes that with its record. Without the note, whoever asks for
 * the effect again once Temporal has forgotten the mails' tasks would send them again.
 * @param key Of the effect, which is recorded.
 * @param day What the mails are about happened on: `2030-01-31`.
 */
export async function notify(
  resources: FacilityResources,
  context: HandlerContext,
  { key, mails, day }: { key: string; mails: readonly Mail[]; day: string },
): Promise<void> {
  const record = (await resources.database()).selectFrom('effects').select('toldAt').where('key', '=', key);
  if (mails.length === 0 || (await record.executeTakeFirst())?.toldAt) return;
  await sendMails(context, mails, day);
  await write(resources, context, (database) =>
    database.updateTable('effects').set({ toldAt: new Date() }).where('key', '=', key).execute(),
  );
}

import type { Pack } from '../app/pack';
import type { Config } from '../config';
import { createHandlers, SHIPPED_TYPES } from '.';
import { citationsExtractType } from './citations-extract';
import { absentTypes, citationSettings } from './citations-extract/options';
import { commandRunType } from './command-run';
import { emailSendType } from './email-send';
import { imageConvertType } from './image-convert';
import { ConfiguredSecrets } from './shared/secrets';
import type { CatalogueSettings, ShippedType } from './shipped-type';
import { transactionsProcessType } from './transactions-process';
import { webhookDeliverType } from './webhook-deliver';
import { webhookSettings } from './webhook-deliver/options';
import { webhookProcessType } from './webhook-process';

/** What `email.send` takes for an address, and what it refuses as a stand-in for one, such as `TBD`. */
export { isAddress, isPlaceholder } from './shared/email-address';

const packed = new Set<ShippedType>();

export const images = packOf('images', [imageConvertType]);
export const commands = packOf('commands', [commandRunType]);
export const mail = packOf('mail', [emailSendType]);
export const citations: Pack = { ...packOf('citations', [citationsExtractType]), absent: absentTypes };
export const transactions = packOf('transactions', [transactionsProcessType]);
export const webhooks = packOf('webhooks', [webhookDeliverType, webhookProcessType]);

/** The types of the list that no pack above has: a new type needs no line here. */
export const others = packOf(
  'others',
  SHIPPED_TYPES.filter((type) => !packed.has(type)),
);

function packOf(name: string, types: readonly ShippedType[]): Pack {
  for (const type of types) packed.add(type);
  return {
    name,
    contracts: (config) => types.map((type) => type.contract(settingsOf(config))),
    open: (config) => createHandlers(settingsOf(config), types),
    cleanHost: async (before) => {
      const removed = await Promise.all(types.map((type) => type.cleanHost?.(before) ?? 0));
      return removed.reduce((sum, count) => sum + count, 0);
    },
  };
}

function settingsOf(config: Config): CatalogueSettings {
  const secrets = new ConfiguredSecrets(config.HOLDFAST_SECRETS);
  return {
    secrets,
    commands: config.HOLDFAST_COMMANDS,
    urlHosts: config.HOLDFAST_URL_HOSTS,
    maxPixels: config.HOLDFAST_IMAGE_MAX_PIXELS,
    maxImageSeconds: config.HOLDFAST_IMAGE_MAX_SECONDS,
    citations: citationSettings(config),
    webhooks: webhookSettings(config, secrets),
    email: config.email,
  };
}

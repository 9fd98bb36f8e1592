import type { OpenPack } from '../app/pack';
import type { Contract } from '../tasks/contract';
import { citationsExtractType } from './citations-extract';
import { commandRunType } from './command-run';
import { emailSendType } from './email-send';
import { imageConvertType } from './image-convert';
import { LazyType } from './lazy-type';
import type { CatalogueSettings, ShippedType } from './shipped-type';
import { transactionsProcessType } from './transactions-process';
import { webhookDeliverType } from './webhook-deliver';
import { webhookProcessType } from './webhook-process';

/** Every task type that Holdfast ships. A new one is its folder and one more line here. */
export const SHIPPED_TYPES: readonly ShippedType[] = [
  imageConvertType,
  commandRunType,
  emailSendType,
  citationsExtractType,
  transactionsProcessType,
  webhookDeliverType,
  webhookProcessType,
];

export function createContracts(settings: CatalogueSettings = {}): Contract[] {
  return SHIPPED_TYPES.map((type) => type.contract(settings));
}

/** The handlers and verifiers of the shipped task types. Each loads its libraries with its first task. */
export function createHandlers(
  settings: CatalogueSettings = {},
  types: readonly ShippedType[] = SHIPPED_TYPES,
): OpenPack {
  const lazy = types.map((type) => new LazyType(type, settings));
  return {
    handlers: Object.fromEntries(lazy.map(({ name, handler }) => [name, handler])),
    verifiers: Object.fromEntries(lazy.flatMap(({ name, verifier }) => (verifier ? [[name, verifier]] : []))),
    close: async () => {
      await Promise.all(lazy.map((type) => type.close()));
    },
  };
}

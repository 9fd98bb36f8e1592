import { citations, commands, images, mail, others, transactions, webhooks } from '../catalogue/packs';
import { type AppDefinition, STOCK } from './app';

/** What runs when no app is named: every task type that Holdfast ships. */
export const stockApp: AppDefinition = {
  name: STOCK,
  packs: [images, commands, mail, citations, transactions, webhooks, others],
};

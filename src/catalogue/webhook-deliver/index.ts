import { shippedType } from '../shipped-type';
import { webhookDeliver } from './contract';

export const webhookDeliverType = shippedType({
  contract: () => webhookDeliver,
  verifies: true,
  open: async ({ webhooks = {} }) => {
    const { createWebhookDeliver, verifyWebhookDeliver } = await import('./handler');
    return { ...createWebhookDeliver(webhooks), verifier: verifyWebhookDeliver };
  },
});

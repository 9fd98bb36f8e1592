import { shippedType } from '../shipped-type';
import { webhookProcess } from './contract';

export const webhookProcessType = shippedType({
  contract: () => webhookProcess,
  verifies: true,
  open: async () => {
    const { processWebhook, verifyWebhookProcess } = await import('./handler');
    return { handler: processWebhook, verifier: verifyWebhookProcess };
  },
});

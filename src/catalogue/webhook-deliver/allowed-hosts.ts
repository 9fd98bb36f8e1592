import { isIP } from 'node:net';
import { z } from 'zod';

/** What webhooks may go to although it is not public: `hooks.internal`, `10.1.2.3:8080`, `10.1.0.0/16`. */
export const webhookAllowSchema = z.array(
  z
    .string()
    .refine(
      (one) => (one.includes('/') ? isNetwork(one) : /^[^\s/@]+$/.test(one)),
      'is not a list of hosts (hooks.internal, 10.1.2.3:8080) and networks (10.1.0.0/16)',
    ),
);

function isNetwork(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const version = isIP(address);
  return rest.length === 0 && version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

import { shippedType } from '../shipped-type';
import { emailSend } from './contract';

export const emailSendType = shippedType({
  contract: () => emailSend,
  verifies: true,
  packages: ['nodemailer'],
  open: async ({ email }) => {
    const [{ createEmailSend }, { verifyEmailSend }] = await Promise.all([import('./handler'), import('./recorded')]);
    return { handler: createEmailSend(email), verifier: verifyEmailSend };
  },
});

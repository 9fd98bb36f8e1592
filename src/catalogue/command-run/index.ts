import { shippedType } from '../shipped-type';
import { removeLeftFolders } from './attempt-folder';
import { createCommandRunContract } from './contract';

export const commandRunType = shippedType({
  contract: ({ commands = {} }) => createCommandRunContract(commands),
  verifies: true,
  open: async ({ commands = {}, secrets }) => {
    const [{ createCommandRun }, { createCommandVerifier }] = await Promise.all([
      import('./handler'),
      import('./check'),
    ]);
    return { handler: createCommandRun({ commands, secrets }), verifier: createCommandVerifier({ commands, secrets }) };
  },
  cleanHost: removeLeftFolders,
});

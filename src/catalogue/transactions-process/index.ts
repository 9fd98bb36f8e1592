import { shippedType } from '../shipped-type';
import { transactionsProcess } from './contract';

export const transactionsProcessType = shippedType({
  contract: () => transactionsProcess,
  open: async ({ agent }) => {
    const { createTransactionsProcess } = await import('./handler');
    return { handler: createTransactionsProcess(agent ? { agent } : {}) };
  },
});

import { removeLeftJobFolders } from '../shared/job-folder';
import { shippedType } from '../shipped-type';
import { createCitationsContract } from './contract';

const NO_PYTHON = { python: '' };

export const citationsExtractType = shippedType({
  contract: ({ urlHosts }) => createCitationsContract(urlHosts),
  packages: ['html-to-text', 'mammoth', 'unpdf', 'yauzl'],
  open: async ({ citations = NO_PYTHON }) => {
    const { createCitationsExtract } = await import('./handler');
    await removeLeftJobFolders();
    return createCitationsExtract(citations);
  },
});

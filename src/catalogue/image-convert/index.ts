import { removeLeftJobFolders } from '../shared/job-folder';
import { shippedType } from '../shipped-type';
import { imageConvert } from './contract';

const MAX_PIXELS = 50_000_000;

export const imageConvertType = shippedType({
  contract: () => imageConvert,
  verifies: true,
  packages: ['sharp'],
  open: async ({ maxPixels = MAX_PIXELS, maxImageSeconds: maxSeconds }) => {
    const [{ createImageConvert }, { verifyImageConvert }] = await Promise.all([
      import('./handler'),
      import('./recorded'),
    ]);
    await removeLeftJobFolders();
    return { ...createImageConvert({ maxPixels, maxSeconds }), verifier: verifyImageConvert };
  },
});

import type { KeyRing } from '../encryption/key-ring';
import { StoreCipher } from '../encryption/store-cipher';
import { StartError } from '../errors';
import { LocalArtifactStore } from './local/local-store';
import { type ArtifactsLocation, locationText } from './location';
import type { KeptArtifactStore } from './store';

/**
 * Opens the store of a configuration; nothing is read or called yet.
 * @param keys Encrypt what it keeps. Defaults to none.
 * @throws StartError for a bucket, when the packages that reach one are not installed.
 */
export function openArtifactStore(
  { artifacts }: { readonly artifacts: ArtifactsLocation },
  keys?: KeyRing,
): KeptArtifactStore {
  const cipher = new StoreCipher(keys);
  if (artifacts.kind === 'folder') return new LocalArtifactStore(artifacts.folder, cipher);
  try {
    // Only now: who keeps files in a folder need not have these packages, nor load them.
    const { openS3Store } = require('./s3/open') as typeof import('./s3/open');
    return openS3Store(artifacts, undefined, cipher);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'MODULE_NOT_FOUND' || !message.includes('@aws-sdk/')) throw error;
    throw new StartError(
      `HOLDFAST_ARTIFACTS is ${locationText(artifacts)}, but the packages for S3 are not installed: npm install @aws-sdk/client-s3 @aws-sdk/lib-storage @aws-sdk/s3-request-presigner`,
    );
  }
}

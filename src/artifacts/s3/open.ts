import { S3Client } from '@aws-sdk/client-s3';
import type { StoreCipher } from '../../encryption/store-cipher';
import type { S3Location } from '../location';
import { Bucket } from './bucket';
import { S3ArtifactStore } from './s3-store';

/** Retries of one call, the first one included. */
const ATTEMPTS = 5;
/** Longest wait for a connection, in milliseconds. */
const CONNECT_MS = 5000;
/** Longest time in which nothing comes or goes on a connection, in milliseconds: a service that was stopped closes none. */
const IDLE_MS = 20_000;

/** Opens a store; nothing is called yet. Credentials come from where the official library looks for them. */
export function openS3Store(
  { bucket, prefix, endpoint, region, presign }: S3Location,
  idleMs = IDLE_MS,
  cipher?: StoreCipher,
): S3ArtifactStore {
  // The version is pinned here: its remark on the Node versions of later ones is not for those who read our output.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const client = new S3Client({
    region,
    maxAttempts: ATTEMPTS,
    // Its requestTimeout only writes a warning; this one ends the call.
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: idleMs },
    // A service of one's own is found by its address; its buckets have no host names.
    ...(endpoint && { endpoint, forcePathStyle: true }),
  });
  return new S3ArtifactStore(new Bucket(client, bucket, prefix), presign, cipher);
}

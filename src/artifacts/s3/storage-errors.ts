import { S3ServiceException } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors';

/** What services say when there is no room left, or no right to more of it. */
const FULL = /^(QuotaExceeded|InsufficientStorage|.*StorageFull|.*NoSpace.*|.*QuotaExceeded.*)$/i;
const FULL_STATUS = 507;
/** What no waiting helps against: the settings are wrong, or the rights. */
const HOPELESS: Record<string, string> = {
  NoSuchBucket: 'there is no such bucket',
  AccessDenied: 'access is denied',
  InvalidAccessKeyId: 'the access key is not known there',
  SignatureDoesNotMatch: 'the secret key is wrong',
  CredentialsProviderError: 'no credentials were found',
};

/** What a failed call to the service amounts to for whoever asked the store. */
export function storageError(cause: unknown, url: string): HoldfastError {
  const { name, message } = cause as Error;
  const service = cause instanceof S3ServiceException ? cause : undefined;
  if (service?.$metadata.httpStatusCode === FULL_STATUS || FULL.test(name)) {
    const full = `The artifact store ${url} is full; nothing more can be stored until there is room.`;
    return new HoldfastError('storage-full', full, { retryAfter: 30 }, { cause });
  }
  const why = HOPELESS[name] ?? (service ? `${name}: ${message}` : 'it does not answer');
  return new HoldfastError('storage-unavailable', `The artifact store ${url}: ${why}.`, { retryAfter: 5 }, { cause });
}

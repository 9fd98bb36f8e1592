export interface S3Location {
  bucket: string;
  /** Before every key; empty, or ending in a slash. */
  prefix: string;
  /** Address of the service. Defaults to that of Amazon's region. */
  endpoint?: string | undefined;
  region: string;
  /** Whether callers may be sent to the service itself for a file. Defaults to false. */
  presign?: boolean;
}

/** Where the artifact store is. */
export type ArtifactsLocation = { kind: 'folder'; folder: string } | ({ kind: 's3' } & S3Location);

/** `s3://bucket` and `s3://bucket/some/prefix`, with any slashes at the end. */
const S3_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w!.*'()/-]*))?$/;

export function isS3Url(text: string): boolean {
  return /^s3:/i.test(text);
}

/** The bucket and the prefix of an address; `undefined` when it is none. */
export function parseS3Url(text: string): Pick<S3Location, 'bucket' | 'prefix'> | undefined {
  const [whole, bucket = '', rest = ''] = S3_URL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const prefix = rest.split('/').filter(Boolean).join('/');
  return { bucket, prefix: prefix && `${prefix}/` };
}

/** As people write it. */
export function locationText(location: ArtifactsLocation): string {
  return location.kind === 'folder' ? location.folder : `s3://${location.bucket}/${location.prefix}`;
}

/** Words of files. This file imports nothing, so that workflow code can use it. */

/** A file in the artifact store. */
export interface ArtifactRef {
  /** `sha256:` and 64 hex digits. */
  hash: string;
  bytes: number;
  name?: string;
  mediaType?: string;
}

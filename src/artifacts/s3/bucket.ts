import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { storageError } from './storage-errors';

/** Objects above this many bytes go up in parts, so that none of them is in memory whole. */
const PART_BYTES = 8 * 1024 * 1024;

export interface Found {
  key: string;
  bytes: number;
  changedAt: Date;
}

/** What is under a key, with the mark by which a change of it is noticed. */
export interface Value {
  text: string;
  etag: string;
}

type Send = <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  command: Parameters<typeof S3Client.prototype.send<Input, Output>>[0],
  within?: number,
) => Promise<Output>;

/** One bucket and a prefix within it, in the few operations that the store needs; several of them are conditional. */
export class Bucket {
  constructor(
    private readonly client: S3Client,
    private readonly name: string,
    private readonly prefix: string,
  ) {}

  /** What people call it. */
  get url(): string {
    return `s3://${this.name}/${this.prefix}`;
  }

  /** Puts a small text where nothing is. @returns False when something is there already; it stays. */
  async putFirst(key: string, text: string): Promise<boolean> {
    const writer = randomUUID();
    const Metadata = { writer };
    try {
      await this.send(new PutObjectCommand({ ...this.at(key), Body: text, IfNoneMatch: '*', Metadata }));
      return true;
    } catch (error) {
      if (!isRefused(error)) throw error;
      // The client repeats a call whose answer was lost: what refused the second may be what the first has put.
      return (await this.writerOf(key)) === writer;
    }
  }

  private async writerOf(key: string): Promise<string | undefined> {
    try {
      return (await this.send(new HeadObjectCommand(this.at(key)))).Metadata?.writer;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** Puts a small text in the place of the one that was read. @returns The new mark; undefined when it has changed meanwhile. */
  async replace(key: string, text: string, etag: string | undefined): Promise<string | undefined> {
    const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
    try {
      const { ETag } = await this.send(new PutObjectCommand({ ...this.at(key), Body: text, ...condition }));
      return ETag;
    } catch (error) {
      if (isRefused(error) || isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** Puts a text, whatever was there. @param within Milliseconds after which the call is given up. */
  async put(key: string, text: string, within?: number): Promise<void> {
    await this.send(new PutObjectCommand({ ...this.at(key), Body: text }), within);
  }

  /** Sends a local file up; the object appears whole or not at all. */
  async putFile(key: string, file: string): Promise<void> {
    const upload = new Upload({
      client: this.client,
      params: { ...this.at(key), Body: createReadStream(file) },
      partSize: PART_BYTES,
      queueSize: 2,
    });
    await upload.done().catch((error: unknown) => {
      throw storageError(error, this.url);
    });
  }

  async get(key: string): Promise<Value | undefined> {
    try {
      const { Body, ETag } = await this.send(new GetObjectCommand(this.at(key)));
      return { text: (await Body?.transformToString('utf8')) ?? '', etag: ETag ?? '' };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async open(key: string): Promise<{ stream: Readable; bytes: number; changedAt: Date } | undefined> {
    try {
      const { Body, ContentLength = 0, LastModified } = await this.send(new GetObjectCommand(this.at(key)));
      return { stream: Body as Readable, bytes: ContentLength, changedAt: LastModified ?? new Date() };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async head(key: string): Promise<Found | undefined> {
    try {
      const { ContentLength = 0, LastModified } = await this.send(new HeadObjectCommand(this.at(key)));
      return { key, bytes: ContentLength, changedAt: LastModified ?? new Date() };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** Renews the time of an object: the service copies it onto itself. */
  async touch(key: string): Promise<void> {
    const { Bucket, Key } = this.at(key);
    const CopySource = `${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`;
    const copy = new CopyObjectCommand({ Bucket, Key, CopySource, MetadataDirective: 'REPLACE' });
    await this.send(copy).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
    });
  }

  /** Everything under a prefix, in the order of the keys. */
  async *list(prefix: string, after?: string): AsyncGenerator<Found> {
    const { Bucket, Key: Prefix } = this.at(prefix);
    let token: string | undefined;
    do {
      const page = await this.send(
        new ListObjectsV2Command({
          Bucket,
          Prefix,
          ...(token ? { ContinuationToken: token } : after !== undefined && { StartAfter: this.at(after).Key }),
        }),
      );
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
        yield { key: Key.slice(this.prefix.length), bytes: Size, changedAt: LastModified ?? new Date() };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }

  async remove(key: string): Promise<void> {
    await this.send(new DeleteObjectCommand(this.at(key)));
  }

  /** Removes everything under a prefix. @returns How much. */
  async removeAll(prefix: string): Promise<number> {
    const keys: string[] = [];
    for await (const { key } of this.list(prefix)) keys.push(this.at(key).Key);
    for (let from = 0; from < keys.length; from += 1000) {
      const Objects = keys.slice(from, from + 1000).map((Key) => ({ Key }));
      await this.send(new DeleteObjectsCommand({ Bucket: this.name, Delete: { Objects, Quiet: true } }));
    }
    return keys.length;
  }

  /** An address at which anybody may read an object for some seconds. */
  presigned(key: string, disposition: string, mediaType: string, expiresIn: number): Promise<string> {
    const command = new GetObjectCommand({
      ...this.at(key),
      ResponseContentDisposition: disposition,
      ResponseContentType: mediaType,
    });
    return getSignedUrl(this.client, command, { expiresIn });
  }

  /** Calls the service. What conditions and absence amount to, the caller decides; the rest are faults of the store. */
  private readonly send = (async (command: never, within?: number) => {
    try {
      const options = within === undefined ? {} : { abortSignal: AbortSignal.timeout(within) };
      return await this.client.send(command, options);
    } catch (error) {
      if (isAbsent(error) || isRefused(error)) throw error;
      throw storageError(error, this.url);
    }
  }) as Send;

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.name, Key: `${this.prefix}${key}` };
  }
}

function isAbsent(error: unknown): boolean {
  if (error instanceof NoSuchKey || error instanceof NotFound) return true;
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404 && error.name !== 'NoSuchBucket';
}

/** A condition did not hold, or another conditional write was under way. */
function isRefused(error: unknown): boolean {
  const status = error instanceof S3ServiceException && error.$metadata.httpStatusCode;
  return status === 412 || status === 409;
}

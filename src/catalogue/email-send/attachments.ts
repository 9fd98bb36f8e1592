import type { Readable } from 'node:stream';
import type { ArtifactStore } from '../../artifacts/store';
import { TaskFailure } from '../../tasks/failures';
import type { EmailSendInput } from './contract';

export interface OpenAttachment {
  name: string;
  mediaType?: string | undefined;
  stream: Readable;
}

/**
 * Opens the files of a message, so that nothing is sent when one is missing or they are too large.
 * @param room Bytes that they may have together.
 * @returns The files, and what closes those that nobody has read.
 * @throws HoldfastError `not-found`; TaskFailure PERMANENT_VALIDATION.
 */
export async function openAttachments(
  asked: EmailSendInput['attachments'],
  store: ArtifactStore,
  room: number,
): Promise<{ attachments: OpenAttachment[]; close(): void }> {
  const attachments: OpenAttachment[] = [];
  const close = () => {
    for (const { stream } of attachments) stream.destroy();
  };
  let total = 0;
  try {
    for (const { artifact, name, mediaType } of asked) {
      const { stream, bytes } = await store.open(artifact);
      attachments.push({ name, mediaType, stream });
      total += bytes;
      if (total > room) throw tooLarge(room);
    }
  } catch (error) {
    close();
    throw error;
  }
  return { attachments, close };
}

function tooLarge(room: number): TaskFailure {
  return new TaskFailure(
    'PERMANENT_VALIDATION',
    `The attachments have more bytes than the ${room} that the texts leave of HOLDFAST_EMAIL_MAX_BYTES. Send less, or a link.`,
  );
}

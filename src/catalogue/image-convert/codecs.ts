import sharp from 'sharp';
import { TaskFailure } from '../../tasks/failures';

/*
 * Of libvips' many decoders, some of them for documents and vector drawings, only these may touch a file from
 * outside. One thread and no cache: the pool bounds the work, and a process must not remember earlier tasks.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif', 'Tiff'].map((codec) => `VipsForeignLoad${codec}Buffer`),
});
sharp.concurrency(1);
sharp.cache(false);

export { sharp };

/** A decoder's or encoder's complaint as a failure: for want of memory, or for good with the reason it gave. */
export function codecFailure(what: string, error: unknown): TaskFailure {
  const reason = readable(error instanceof Error ? error.message : String(error));
  const code = /out of memory|unable to allocate|allocation failed/i.test(reason)
    ? 'SYSTEM_OUT_OF_MEMORY'
    : 'PERMANENT_VALIDATION';
  return new TaskFailure(code, `${what}: ${reason}`);
}

/** libvips reports one line per layer, and its AVIF reader dozens of seeks before the reason itself. */
function readable(message: string): string {
  const lines = message
    .split('\n')
    .map((line) => line.replace(/^(Input buffer has corrupt header: )?source: bad seek to \d+$/, ''));
  return lines
    .map((line) => line.trim())
    .filter(Boolean)
    .join('; ')
    .slice(0, 500);
}

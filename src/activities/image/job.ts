import type { ImageConvertInput, ImageFormat } from '../../tasks/image-convert';

/** What an image process is asked to do. Bytes go by file: a large message would hold up both event loops. */
export interface ImageJob extends Omit<ImageConvertInput, 'image'> {
  /** Folder of this job alone. The process removes it when its parent is gone. */
  readonly folder: string;
  readonly source: string;
  readonly result: string;
  /** Cap on width × height, of the image and of the result. */
  readonly maxPixels: number;
}

export interface ImageResult {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
}

/** How the work tells what it does; between two processes, {@link ImageEvent} carries it. */
export interface Reporter {
  /** @param percent 0 to 100, of the whole task. */
  progress(percent: number, stage: string): void;
  log(level: 'info' | 'warn', message: string, fields: Record<string, unknown>): void;
}

/** What an image process sends while it works: first its process ID, then calls of the {@link Reporter}. */
export type ImageEvent =
  | { readonly pid: number }
  | { readonly progress: Parameters<Reporter['progress']> }
  | { readonly log: Parameters<Reporter['log']> };

import type { ImageConvertInput, ImageFormat } from './contract';

/** What an image process is asked to do. Bytes go by file: a large message would hold up both event loops. */
export interface ImageJob extends Omit<ImageConvertInput, 'image'> {
  /** Folder of this job alone. The process removes it when its parent is gone. */
  readonly folder: string;
  readonly source: string;
  readonly result: string;
  /** Cap on width × height, of the image and of the result. */
  readonly maxPixels: number;
  /** Cap on what it computes, in seconds of one core, about. */
  readonly maxSeconds: number;
  /** Whether it may be done although it takes long. */
  readonly large?: boolean;
}

export interface ImageResult {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
}

/** The answer to a job that takes long, and is not `large`: nothing has been done yet. */
export const TAKES_LONG = 'takes long';

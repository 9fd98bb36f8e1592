import type { z } from 'zod';
import { imageConvert } from '../../../src/catalogue/image-convert/contract';
import { createImageConvert } from '../../../src/catalogue/image-convert/handler';
import { createHandlerContext } from '../handler-context';
import { imageOf, type Matrix, matrixOf } from './images';

type Operations = Omit<z.input<typeof imageConvert.input>, 'image'>;

/** The task type as a function from file to file, with one set of image processes for all tests of a file. */
export function createConverter(options: { maxPixels?: number; maxSeconds?: number; processes?: number } = {}) {
  const { handler, close } = createImageConvert({ maxPixels: 1_000_000, ...options });
  afterAll(close);

  /** Uploads a file, converts it, and checks the output against the contract. */
  async function convert(file: Buffer, operations: Operations = {}, given = createHandlerContext()) {
    const { artifacts } = given.context;
    const { hash } = await artifacts.put(file);
    const input = imageConvert.input.parse({ image: { artifact: hash }, ...operations });
    const output = imageConvert.output.parse(await handler(input, given.context));
    return { ...given, output, file: await artifacts.read(output.hash) };
  }

  /** The pixels that come out for the pixels that go in, as lossless PNG. */
  async function convertPixels(pixels: Matrix, operations: Operations): Promise<Matrix> {
    const { file } = await convert(await imageOf(pixels).png().toBuffer(), operations);
    return matrixOf(file);
  }

  return { handler, close, convert, convertPixels };
}

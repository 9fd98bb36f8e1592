/** Most bytes of a file that stands in a task's input, decoded; a larger one is uploaded and named by its hash. */
export const MAX_INLINE_BYTES = 128 * 1024;

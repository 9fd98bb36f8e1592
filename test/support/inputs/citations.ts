import type { z } from 'zod';
import { type CitationsContract, createCitationsContract } from '../../../src/catalogue/citations-extract/contract';
import { type CitationSettings, createCitationsExtract } from '../../../src/catalogue/citations-extract/handler';
import { createHandlerContext } from '../handler-context';
import { PYTHON } from '../processes/python';

type Input = z.input<CitationsContract['input']>;

/** The task type as a function, with one set of citation processes; `close` ends them. */
export function createExtractor(settings: Partial<CitationSettings> = {}) {
  const { handler, close } = createCitationsExtract({ python: PYTHON, processes: 2, ...settings });
  const contract = createCitationsContract(settings.urlHosts);

  async function extract(input: Input | string, given = createHandlerContext()) {
    const parsed = contract.input.parse(typeof input === 'string' ? { text: input } : input);
    return contract.output.parse(await handler(parsed, given.context));
  }
  return { handler, contract, close, extract };
}

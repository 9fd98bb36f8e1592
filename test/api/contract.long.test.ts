import { runSchemathesis } from '../../trials/contract/schemathesis';
import { type Stage, setStage } from '../../trials/contract/stage';

const { contractProgram }: { contractProgram(): Promise<string> } = require('../../scripts/lib/python');

/** Of the whole run: what one seed makes of each operation. Coverage and sequences, which differ from run to run, are `npm run contract`. */
const PLAN = { seed: 12, examples: 5, phases: 'examples,fuzzing' };

let stage: Stage;
let python: string;

beforeAll(async () => {
  python = await contractProgram();
  stage = await setStage();
}, 300_000);
afterAll(() => stage?.close());

it('the documented requests and generated ones, sent for two tenants, find nothing that the document does not say', async () => {
  const { code, output } = await runSchemathesis(python, stage, PLAN);
  // What it found, where it found something.
  expect(code === 0 ? '' : output).toBe('');
  expect(output).toMatch(/[1-9]\d* generated/);
  expect((await stage.api.get('/health/live')).status).toBe(200);
}, 600_000);

import { facilityContracts } from '../../../examples/facility/src/contracts';
import { emailSend } from '../../../src/catalogue/email-send/contract';
import type { BreakerSettings } from '../../../src/tasks/breaker-limits';
import type { Contract } from '../../../src/tasks/contract';
import type { PolicyOverride } from '../../../src/tasks/policy-override';

/** A dead letter comes back by itself soon, for as long as the trouble may last. */
const SOON = Array.from({ length: 20 }, () => 1.5);

/** The hours of the real policies as seconds, so that the day heals by itself while the test waits. */
const HASTE: PolicyOverride = {
  attempts: 3,
  firstDelay: 0.3,
  cap: 1,
  heartbeatTimeout: 2,
  lostAttempts: 100,
  redrives: { transient: SOON, external: SOON, configuration: SOON, unknown: SOON },
};

export const hastyContracts: readonly Contract[] = [...facilityContracts, emailSend].map((contract: Contract) => ({
  ...contract,
  policy: { ...contract.policy, ...HASTE },
}));

/** A run is not redriven, and at the end of the day no later one makes up for it: it outlives a crash of the database. */
export const PATIENT: PolicyOverride = { attempts: 30 };

export const hastyBreakers: BreakerSettings = { database: { openSeconds: 1 }, smtp: { openSeconds: 1 } };

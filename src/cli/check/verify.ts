import { runVerifier } from '../../activities/attempt/run-verifier';
import type { Handlers } from '../../catalogue/handlers';
import type { DiagnosisOptions } from '../../client/diagnosis/options';
import type { Session } from '../session';

/** Lets a diagnosis ask the verifiers of the catalogue. */
export function verifyWith({ verifiers }: Handlers, session: Session): NonNullable<DiagnosisOptions['verify']> {
  const { catalogue, artifacts } = session;
  return ({ type, signal, ...task }) => {
    const contract = catalogue.contracts.find((one) => one.type === type);
    const verifier = verifiers[type];
    return contract && verifier && runVerifier(contract, verifier, task, { artifacts, signal });
  };
}

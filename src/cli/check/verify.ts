import { runVerifier } from '../../activities/attempt/run-verifier';
import type { OpenPack } from '../../app/pack';
import type { DiagnosisOptions } from '../../client/diagnosis/options';
import type { Session } from '../session';

/** Lets a diagnosis ask the verifiers of the app. */
export function verifyWith({ verifiers }: OpenPack, session: Session): NonNullable<DiagnosisOptions['verify']> {
  const { app, artifacts } = session;
  return ({ type, signal, ...task }) => {
    const contract = app.contracts.find((one) => one.type === type);
    const verifier = verifiers[type];
    return contract && verifier && runVerifier(contract, verifier, task, { artifacts, signal });
  };
}

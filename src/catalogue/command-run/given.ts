import { isSecretRef, type SecretRef } from '../../tasks/secret-ref';
import { ConfiguredSecrets, type SecretResolver, type SecretUser } from '../shared/secrets';

interface Asked {
  command: string;
  stdin: string | { artifact: string } | SecretRef;
  env?: Readonly<Record<string, string | SecretRef>> | undefined;
}

/** What a caller gives a program, with the secrets put in. */
export interface Given {
  stdin: string | { artifact: string };
  env: Record<string, string>;
  /** The secrets among them. */
  secrets: string[];
}

/**
 * @param task Absent where an operator looks what became of one.
 * @throws TaskFailure what the resolver says of a secret.
 */
export async function given(
  { command, stdin, env = {} }: Asked,
  resolver: SecretResolver = new ConfiguredSecrets(),
  task?: SecretUser,
): Promise<Given> {
  const secrets: string[] = [];
  const resolved = async ({ secretRef }: SecretRef) => {
    const secret = await resolver.resolve(secretRef, { command }, task);
    secrets.push(secret);
    return secret;
  };
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    variables[name] = isSecretRef(value) ? await resolved(value) : value;
  }
  return { stdin: isSecretRef(stdin) ? await resolved(stdin) : stdin, env: variables, secrets };
}

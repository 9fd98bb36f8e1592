import { BREAKER_NAME } from '../../protocol/breaker';

/** @throws TypeError for what cannot be the name of a dependency. */
export function requireDependency(name: string): void {
  if (BREAKER_NAME.test(name)) return;
  throw new TypeError(`${JSON.stringify(name)} names no dependency: write kind:place, such as smtp:mail.example.com.`);
}

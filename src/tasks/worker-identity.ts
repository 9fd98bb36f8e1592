/** The version in the name of a process of Holdfast; undefined for other processes. */
export function versionOf(processIdentity: string): string | undefined {
  return /^holdfast\/([^/]+)\//.exec(processIdentity)?.[1];
}

/** The host in such a name; undefined when there is none. */
export function hostOf(processIdentity: string): string | undefined {
  return /@([^@]+)$/.exec(processIdentity)?.[1];
}

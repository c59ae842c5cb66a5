/** What stands behind the name of a suite whose part is not to be had: ` (not to be had: …)`, or nothing where it is. */
export function inNameOfSuite(lacking: string | null): string {
  return lacking === null ? '' : ` (not to be had: ${lacking})`
}

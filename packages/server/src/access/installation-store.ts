/** Port: values that an installation gives itself once and keeps for good, such as its tenant id. */
export interface InstallationStore {
  /** The value kept under `name`. If there is none, `value` is kept from now on; of several servers at once, the first wins. */
  getOrSet(name: string, value: string): Promise<string>
}

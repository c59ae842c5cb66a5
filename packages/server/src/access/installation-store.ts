/** Port: values that an installation gives itself, such as its tenant id. */
export interface InstallationStore {
  /** The value kept under `name`. If there is none, `value` is kept from now on; of several servers at once, the first wins. */
  getOrSet(name: string, value: string): Promise<string>
  /** The value kept under `name`; undefined when there is none. */
  find(name: string): Promise<string | undefined>
  /** Keeps `value` under `name` from now on, whatever was kept before. */
  put(name: string, value: string): Promise<void>
}

/**
 * One step of the schema. A step that has been released is never changed: what is wrong with it, a later one puts right.
 * CONTRIBUTING.md says how to write one that an upgrade can take while older processes work.
 */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly version: number
  readonly name: string
  /**
   * The oldest schema version whose code can go on working with the database after this step, reading and writing. For a
   * step that only adds, the version before it or an older one; its own for one that takes something away. Processes of
   * these versions may run, and start, beside those that know the step.
   */
  readonly oldestCompatible: number
  /** Run in order, in one transaction, in SQL that SQLite and PostgreSQL share. */
  readonly statements: readonly string[]
}

/** One step of the schema. A step that has been released is never changed: what is wrong with it, a later one puts right. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly version: number
  readonly name: string
  /** Run in order, in one transaction, in SQL that SQLite and PostgreSQL share. */
  readonly statements: readonly string[]
}

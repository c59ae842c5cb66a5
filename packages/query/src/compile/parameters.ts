import type { SqlParameter } from '../compiled-query.ts'

/** The values that go beside a statement, in the order in which its text names them. */
export interface Parameters {
  /** Takes a value and gives its number, from 1 on. */
  add(parameter: SqlParameter): number
  readonly list: readonly SqlParameter[]
}

export function createParameters(): Parameters {
  const list: SqlParameter[] = []
  return { add: (parameter) => list.push(parameter), list }
}

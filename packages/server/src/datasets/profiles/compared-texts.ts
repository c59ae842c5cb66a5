import type { Dataset } from '@almanac/query'
import { nameKey } from '../../kernel/name-key.ts'

/**
 * The text columns that a query can compare: those that the dataset lists, and those to which it still answers under an
 * older name. Never the one that says whose row it is.
 */
export function comparedTexts({ columns, columnAliases, accountColumn }: Dataset): readonly string[] {
  const aliased = new Set(Object.values(columnAliases).map(nameKey))
  const isAccount = (name: string): boolean => accountColumn !== undefined && nameKey(accountColumn) === nameKey(name)
  return columns
    .filter(
      ({ name, type, hidden }) =>
        type === 'string' && (hidden !== true || (aliased.has(nameKey(name)) && !isAccount(name))),
    )
    .map(({ name }) => name)
}

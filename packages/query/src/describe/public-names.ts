import { namesOf } from '../check/names.ts'
import type { CheckedQuery } from '../check-query.ts'
import type { Field } from '../plan/field.ts'
import { conditionsIn } from '../syntax/conditions-in.ts'
import type { QueryTree } from '../syntax/tree.ts'

/** What a field may be called in front of anyone. */
export type NameOf = (field: Pick<Field, 'kind' | 'name'>) => string | null

/**
 * The declared name of a field; for a hidden column, which a query can only reach by an older name, that name; `null`
 * for one that the query doesn't name at all.
 */
export function publicNames({ dataset, tree }: CheckedQuery): NameOf {
  const names = namesOf(dataset)
  const hidden = new Set(dataset.columns.filter((column) => column.hidden === true).map(({ name }) => name))
  const aliases = new Map<string, string>()
  for (const name of writtenNames(tree)) {
    const found = names.find(name)
    if (found !== undefined && !aliases.has(found.field.name)) aliases.set(found.field.name, found.header)
  }
  return ({ kind, name }) => (kind === 'column' && hidden.has(name) ? (aliases.get(name) ?? null) : name)
}

function writtenNames({ select, where, orderBy }: QueryTree): readonly string[] {
  const selected = select.kind === 'all' ? [] : select.names
  const filtered = conditionsIn(where).flatMap((node) => ('name' in node ? [node.name] : []))
  return [...selected, ...filtered, ...orderBy.map(({ name }) => name)].map(({ name }) => name)
}

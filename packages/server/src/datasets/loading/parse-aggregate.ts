import type { AggregateFunction } from '@almanac/query'

/** Every function that a metric can have. */
export const aggregateFunctions: readonly AggregateFunction[] = ['sum', 'count', 'countDistinct', 'min', 'max', 'avg']

/** Reads `sum(Hours)` and `sum(Revenue(USD))`, the function in any case. `undefined` if it is nothing of the kind. */
export function parseAggregate(
  text: string,
): { readonly function: AggregateFunction; readonly column: string } | undefined {
  const [, name = '', column = ''] = /^\s*([A-Za-z]+)\s*\(\s*(.*\S)\s*\)\s*$/.exec(text) ?? []
  const known = aggregateFunctions.find((known) => known.toLowerCase() === name.toLowerCase())
  return known === undefined || column === '' ? undefined : { function: known, column }
}

/**
 * The list with its last item repeated until it is as long as a power of two: means the same after IN, and a statement has
 * few texts, which a database plans once each, and not one for every length that a list may have.
 */
export function evenLength<Item>(list: readonly Item[]): readonly Item[] {
  const [last] = list.slice(-1)
  if (last === undefined) return list
  const length = 2 ** Math.ceil(Math.log2(list.length))
  return [...list, ...Array.from({ length: length - list.length }, () => last)]
}

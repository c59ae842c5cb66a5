// The size of a query's text is limited, and a wide dataset would exceed it.
const namesAtOnce = 80

/** Columns or metrics in groups that one query can name, in their order. */
export function groupsOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / namesAtOnce) }, (_, index) =>
    items.slice(index * namesAtOnce, (index + 1) * namesAtOnce),
  )
}

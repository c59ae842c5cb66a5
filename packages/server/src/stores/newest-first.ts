import type { Page, PageCursor, PageRequest } from '../kernel/page.ts'

/** How many rows to read for a page: one more than it shows tells whether there is another. */
export function rowsToRead(page: PageRequest): number {
  return page.top + 1
}

/** The page in `rows`, which are ordered and begin after `page.after`. */
export function pageOf<Item extends PageCursor>(rows: readonly Item[], page: PageRequest): Page<Item> {
  const items = rows.slice(0, page.top)
  const last = rows.length > page.top ? items.at(-1) : undefined
  return { items, next: last === undefined ? null : { createdAt: last.createdAt, id: last.id } }
}

import { AppError } from '../../kernel/app-error.ts'

/** One page of a list that is known whole, and the cursor of the next (null when there is no more). */
export interface PageOf<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

/**
 * Cuts a page of at most `top` out of a whole list: what follows the item that the cursor names. Raises
 * `invalid_request` for a cursor that names nothing in the list.
 */
export function pageOf<Item extends { readonly id: string }>(
  list: readonly Item[],
  top: number,
  cursor: string | null,
): PageOf<Item> {
  const last = cursor === null ? -1 : list.findIndex((item) => encoded(item.id) === cursor)
  if (cursor !== null && last === -1) {
    throw new AppError('invalid_request', {
      sentence: '$skipToken is not one that this list gave out, or its item is gone. Begin with the first page',
      field: '$skipToken',
    })
  }
  const items = list.slice(last + 1, last + 1 + top)
  const end = items.at(-1)
  return { items, nextCursor: end !== undefined && last + 1 + top < list.length ? encoded(end.id) : null }
}

function encoded(id: string): string {
  return Buffer.from(id).toString('base64url')
}

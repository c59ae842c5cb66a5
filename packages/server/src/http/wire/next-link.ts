/** Where a page of a list was asked for: what `nextLink` is made of. */
export interface PageAddress {
  /** What the outside world calls this server, without a final slash. */
  readonly publicUrl: string
  /** Path and query string of the request. */
  readonly url: string
  readonly top: number
}

/** The absolute URL of the next page: the same filters, `$top`, and the cursor. Null when there is no more. */
export function nextLink(address: PageAddress, cursor: string | null): string | null {
  if (cursor === null) return null
  const [path = '', query = ''] = address.url.split('?', 2)
  const filters = [...new URLSearchParams(query)].filter(([key]) => !['$top', '$skiptoken'].includes(key.toLowerCase()))
  const parameters = [...filters, ['$top', String(address.top)], ['$skipToken', cursor]]
  const text = parameters.map((pair) => pair.map((part) => encodeURIComponent(part ?? '')).join('='))
  // `$` needs no escape in a query string, and the documents write it plain.
  return `${address.publicUrl}${path}?${text.join('&').replaceAll('%24', '$')}`
}

/** Records on a page when the caller does not say. */
export const defaultTop = 1_000

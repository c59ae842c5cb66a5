import { clientError } from './almanac-error.ts'
import { lowerCamelKeys, refusalOf } from './read-answer.ts'
import type { ApiRequest, Transport } from './transport.ts'

/**
 * All items of a list, page by page: the next page is asked for when its first item is wanted. Finding nothing is an
 * empty list, although the service answers it with 404; what such an answer carries all the same (an execution that
 * waits, where none has completed) is given.
 */
export async function* itemsOfPages<Item>(transport: Transport, request: ApiRequest): AsyncGenerator<Item, void, void> {
  let next: ApiRequest = request
  for (;;) {
    const { url, response, envelope } = await transport.ask(next)
    if (envelope.statusCode >= 400 && !isNothingFound(envelope.statusCode, envelope.message)) {
      throw refusalOf(response, envelope)
    }
    // The items' keys as the contract has them; what the server sends is taken at its word.
    yield* envelope.value.map((item) => lowerCamelKeys(item) as Item)
    if (envelope.nextLink === null) return
    // Absolute, or relative to the page it stood on.
    const link = new URL(envelope.nextLink, url).href
    if (link === url) throw clientError('unreadable_answer', 'The list leads back to the same page')
    next = { method: 'GET', path: link, signal: request.signal }
  }
}

/** The whole list, however many pages it has. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

/** The documented answer when filters find nothing. Another 404 means that the URL is wrong. */
export function isNothingFound(status: number, message: string | null): boolean {
  return status === 404 && /^(No item found|There are no executions)/i.test(message ?? '')
}

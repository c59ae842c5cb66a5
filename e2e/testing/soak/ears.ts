import { startReceiver, type ReceivedCall } from '../../../packages/server/src/callbacks/testing/start-receiver.ts'
import type { SeededRandom } from '../../../packages/query/src/testing/seeded-random.ts'

/** Where the partners of a soak take their callbacks: a server of theirs that is not always well itself. */
export interface Ears {
  /** The base of their callback URLs. */
  readonly url: string
  readonly calls: readonly ReceivedCall[]
  /** The ids of those callbacks that were answered 200 at least once. */
  readonly taken: ReadonlySet<string>
  /** Resolves when a callback about the report has come, now or before. */
  heardOf(reportId: string): Promise<void>
  /** Resolves at the next callback, before it is answered. */
  nextCall(): Promise<void>
  /** From now on every callback is answered 200. */
  recover(): void
}

/** Answers 500 to some callbacks, and to some nothing at all. */
export async function openEars(random: SeededRandom): Promise<Ears> {
  const heard = new Set<string>()
  const taken = new Set<string>()
  let news = Promise.withResolvers<void>()
  let isWell = false
  const receiver = await startReceiver((response, call) => {
    heard.add(reportOf(call))
    news.resolve()
    news = Promise.withResolvers()
    const luck = isWell ? 1 : random.next()
    if (luck < 0.03) return
    if (luck < 0.13) {
      response.writeHead(500).end()
      return
    }
    taken.add(webhookIdOf(call))
    response.end()
  })
  return {
    url: `http://127.0.0.1:${receiver.port}/ready`,
    calls: receiver.calls,
    taken,
    async heardOf(reportId) {
      while (!heard.has(reportId)) await news.promise
    },
    nextCall: () => news.promise,
    recover() {
      isWell = true
    },
  }
}

/** The id that a callback keeps, however often it is sent. */
export function webhookIdOf({ headers }: ReceivedCall): string {
  return String(headers['webhook-id'])
}

/** POST names the report in its path, GET in its query. */
export function reportOf({ path = '' }: ReceivedCall): string {
  const { pathname, searchParams } = new URL(path, 'http://127.0.0.1')
  return searchParams.get('reportId') ?? pathname.slice(pathname.lastIndexOf('/') + 1)
}

import type { Answer, Envelope } from '../call.ts'
import type { DemoAnnouncement } from '../demo-process.ts'
import type { Life } from './life.ts'

/** A report that a partner wants, whatever becomes of the server: it asks with one key until it is answered. */
export interface Order {
  readonly key: string
  readonly body: Readonly<Record<string, unknown>>
  /** How often it went out. */
  asked: number
  /** Whether the first answer told of a report that a request before had made, whose answer never came. */
  wasMadeUnheard: boolean
  /** What the answers said; more than one is one too many. */
  readonly reportIds: Set<string>
}

/** One partner's program, over all the servers that it meets. */
export interface Partner {
  readonly orders: readonly Order[]
  order(key: string, body: Readonly<Record<string, unknown>>): Order
  /** Asks once. False: not answered yet, it is to be asked again. Fails on an answer that no partner should get. */
  ask(life: Life, order: Order): Promise<boolean>
  /** Sends any other request as this partner. */
  call(life: Life, method: string, path: string, body?: unknown): Promise<Answer>
}

/** What a partner tells of, for those who watch a soak. */
export interface Told {
  /** A keyed request goes out. */
  readonly requestSent: () => void
  /** A server has said what time it is, in epoch milliseconds. */
  readonly clockSeen: (at: number) => void
}

/** `tokenAt` gets a token from a server. */
export function createPartner(tokenAt: (server: DemoAnnouncement) => Promise<string>, told: Told): Partner {
  const orders: Order[] = []
  let token = ''

  async function call(life: Life, method: string, path: string, body?: unknown, key?: string): Promise<Answer> {
    for (;;) {
      const response = await life.within(
        fetch(`${life.server.url}${path}`, {
          method,
          headers: {
            Authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...(key === undefined ? {} : { 'Idempotency-Key': key }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      )
      const answer = (await life.within(response.json())) as Envelope
      const clock = response.headers.get('x-almanac-clock')
      if (clock !== null) told.clockSeen(Date.parse(clock))
      if (response.status !== 401) return { status: response.status, headers: response.headers, body: answer }
      // An hour of the server's clock has passed, or there was no token yet.
      token = await life.within(tokenAt(life.server))
    }
  }

  return {
    orders,
    order(key, body) {
      const order: Order = { key, body, asked: 0, wasMadeUnheard: false, reportIds: new Set() }
      orders.push(order)
      return order
    },
    async ask(life, order) {
      order.asked += 1
      const answering = call(life, 'POST', '/insights/v1.1/cmp/ScheduledReport', order.body, order.key)
      told.requestSent()
      const { status, headers, body } = await answering
      // Of the server that died: whether it was served is not known yet. And: come back later.
      if ((status === 409 && body.error?.code === 'idempotency_in_progress') || status === 429) return false
      if (status !== 200) throw new Error(`The order ${order.key} was answered ${status}: ${JSON.stringify(body)}`)
      order.wasMadeUnheard ||= order.reportIds.size === 0 && headers.get('idempotency-replayed') === 'true'
      order.reportIds.add(String(body.value[0]?.reportId))
      return true
    },
    call: (life, method, path, body) => call(life, method, path, body),
  }
}

import type { SeededRandom } from '../../../packages/query/src/testing/seeded-random.ts'
import type { Ears } from './ears.ts'
import type { Life } from './life.ts'
import type { Order, Partner } from './partner.ts'

/** Who works at the servers of a soak, and what they know of the time. */
export interface Load {
  readonly partners: readonly Partner[]
  readonly admin: Partner
  readonly ears: Ears
  /** For each partner, the ids of the queries that its reports are made of. */
  readonly queryIds: readonly string[][]
  /** The latest time that a server has named. */
  clockAt: number
  moves: number
}

/** How far the clock is moved each time: as far as recurring reports are apart. */
export const moveHours = 4

/**
 * Works at a server until it dies: the clock goes on and on, so that what recurs is always due, and each partner orders
 * a report, hears of it, and orders the next; first of all what the server before it has left unanswered.
 */
export async function work(load: Load, life: Life, random: SeededRandom): Promise<void> {
  let moved = Promise.withResolvers<void>()

  async function moveOn(): Promise<void> {
    await expectNotBefore(load, life)
    for (;;) {
      await move(load, life, { MoveBySeconds: moveHours * 3_600 })
      load.moves += 1
      moved.resolve()
      moved = Promise.withResolvers()
    }
  }

  async function orderReports(partner: Partner, queryIds: readonly string[]): Promise<void> {
    const untilAnswered = async (order: Order): Promise<void> => {
      while (!(await partner.ask(life, order))) await life.within(moved.promise)
    }
    for (;;) {
      for (const order of unanswered(partner)) await untilAnswered(order)
      const order = nextOrder(partner, random, queryIds, load.ears)
      await untilAnswered(order)
      // A partner that isn't sure asks once more; the same order it is.
      if (random.chance(0.3)) await untilAnswered(order)
      const [reportId = ''] = order.reportIds
      await life.within(load.ears.heardOf(reportId))
      // The clock moves on when nothing is due any more, so now and then partners have to be content.
      if (random.chance(0.6)) await life.within(moved.promise)
    }
  }

  await Promise.all([
    life.until(moveOn),
    ...load.partners.map((partner, index) => life.until(() => orderReports(partner, load.queryIds[index] ?? []))),
  ])
}

/** Has every order answered, and moves the clock until `isDone`, and then to two hours past a point of the grid. */
export async function finish(load: Load, life: Life, isDone: () => boolean): Promise<void> {
  const moveBySeconds = { MoveBySeconds: moveHours * 3_600 }
  await expectNotBefore(load, life)
  for (const partner of load.partners) {
    for (const order of unanswered(partner)) {
      while (!(await partner.ask(life, order))) await move(load, life, moveBySeconds)
    }
  }
  // A callback that failed again and again waits for hours; none waits for days.
  for (let moves = 0; moves < 20 && !isDone(); moves += 1) await move(load, life, moveBySeconds)
  const gridMs = moveHours * 3_600_000
  const endAt = (Math.floor(load.clockAt / gridMs) + 1.5) * gridMs
  await move(load, life, { MoveTo: `${new Date(endAt).toISOString().slice(0, 19)}Z` })
}

function unanswered(partner: Partner): readonly Order[] {
  return partner.orders.filter(({ reportIds }) => reportIds.size === 0)
}

function nextOrder(partner: Partner, random: SeededRandom, queryIds: readonly string[], ears: Ears): Order {
  const key = `order ${partner.orders.length}`
  return partner.order(key, {
    ReportName: key,
    QueryId: random.one(queryIds),
    ExecuteNow: true,
    CallbackUrl: ears.url,
    CallbackMethod: random.one(['POST', 'GET']),
  })
}

async function move(load: Load, life: Life, by: object): Promise<void> {
  const { status, body } = await load.admin.call(life, 'POST', '/admin/clock', by)
  if (status !== 200) throw new Error(`The clock could not be moved, ${status}: ${JSON.stringify(body)}`)
  // The header of an answer has the time at which its request came.
  load.clockAt = Math.max(load.clockAt, Date.parse(String(body.value[0]?.['time'])))
}

/** Fails when a server of before has named a later time: dying must not turn a clock back. */
async function expectNotBefore({ admin, clockAt }: Load, life: Life): Promise<void> {
  const { body } = await admin.call(life, 'GET', '/admin/clock')
  const time = String(body.value[0]?.['time'])
  if (Date.parse(time) >= clockAt) return
  throw new Error(`The clock was at ${new Date(clockAt).toISOString()}; the next server says ${time}`)
}

import { setTimeout } from 'node:timers/promises'
import { inspect } from 'node:util'
import type { Envelope } from '../call.ts'
import { requestToken } from '../call.ts'
import type { ScaleInstallation } from '../scale-installation.ts'
import type { ServeProcess } from '../serve-process.ts'
import { base } from '../steps.ts'

/** A process that answers clients, as partners see it through a load balancer. */
export interface Door {
  readonly version: string
  readonly process: ServeProcess
  /** Whether its version answers 503 to what comes while it ends, as those did that were not made for upgrades. */
  readonly isAbrupt: boolean
  /** It was told to end: a connection that breaks off is no fault of its. */
  isEnding: boolean
}

/** Partners who work at all doors that are open, each request at the next one. */
export interface Partners {
  /** The report of each order, by the order's name. */
  readonly orders: ReadonlyMap<string, string>
  /** What no partner should ever see. */
  readonly faults: readonly string[]
  readonly counts: { requests: number; brokenOff: number; replays: number; downloads: number; longestMs: number }
  /** Resolves when so many more orders were answered. */
  ordered(count: number): Promise<void>
  /** Lets what is under way finish. */
  stop(): Promise<void>
}

interface Given {
  readonly status: number
  readonly headers: Headers
  readonly body: Envelope
}

const pauseMs = 150

/**
 * Orders reports, each under a key, again at another door until it is answered, and once more at yet another: the same
 * report has to come back. Reads what there is, asks for tokens at one door and uses them at the others, and loads each
 * file by links of one door at all of them.
 */
export function startPartners(
  installation: ScaleInstallation,
  doors: readonly Door[],
  { queryId, callbackUrl }: { readonly queryId: string; readonly callbackUrl: string },
): Partners {
  const over = new AbortController()
  const orders = new Map<string, string>()
  const faults: string[] = []
  const counts: Partners['counts'] = { requests: 0, brokenOff: 0, replays: 0, downloads: 0, longestMs: 0 }
  let turn = 0
  let token = ''

  const nextDoor = (): Door => {
    const door = doors[(turn += 1) % doors.length]
    if (door === undefined) throw new Error('a door is open at any time')
    return door
  }

  async function tried<Answer>(door: Door, what: string, ask: () => Promise<Answer>): Promise<Answer | null> {
    counts.requests += 1
    const askedAt = performance.now()
    try {
      return await ask()
    } catch (error) {
      if (door.isEnding) counts.brokenOff += 1
      else faults.push(`${door.version} ${what}: ${inspect(error)}`)
      return null
    } finally {
      counts.longestMs = Math.max(counts.longestMs, Math.round(performance.now() - askedAt))
    }
  }

  async function ask(door: Door, method: string, path: string, body?: object, key?: string): Promise<Given | null> {
    const given = await tried(door, `${method} ${path}`, async () => {
      const response = await fetch(`${door.process.url}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(key !== undefined && { 'Idempotency-Key': key }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return { status: response.status, headers: response.headers, body: (await response.json()) as Envelope }
    })
    if (given?.status === 503 && door.isAbrupt && door.isEnding) {
      counts.brokenOff += 1
      return null
    }
    // 409: the door that served it was killed, and its key is held for a while. 404: no execution has completed yet.
    if (given !== null && ![200, 409, 404].includes(given.status))
      faults.push(`${door.version} ${method} ${path}: ${given.status} ${JSON.stringify(given.body)}`)
    return given
  }

  async function order(name: string): Promise<void> {
    const body = {
      ReportName: name,
      QueryId: queryId,
      ExecuteNow: true,
      CallbackUrl: callbackUrl,
      CallbackMethod: 'POST',
    }
    for (;;) {
      const given = await ask(nextDoor(), 'POST', `${base}/ScheduledReport`, body, name)
      if (given?.status === 200) {
        orders.set(name, String(given.body.value[0]?.['reportId']))
        break
      }
      await setTimeout(pauseMs)
    }
    const again = await ask(nextDoor(), 'POST', `${base}/ScheduledReport`, body, name)
    if (again === null) return
    counts.replays += 1
    const isSame = again.body.value[0]?.['reportId'] === orders.get(name)
    if (!isSame || again.headers.get('idempotency-replayed') !== 'true')
      faults.push(`${name} came back as another one: ${again.status} ${JSON.stringify(again.body)}`)
  }

  async function orderOn(): Promise<void> {
    for (let number = 0; !over.signal.aborted; number += 1) {
      await order(`order ${number}`)
      await setTimeout(pauseMs)
    }
  }

  async function readOn(): Promise<void> {
    for (let round = 0; !over.signal.aborted; round += 1) {
      const asked = nextDoor()
      if (round % 5 === 0) token = (await tried(asked, 'token', () => tokenAt(asked))) ?? token
      await ask(nextDoor(), 'GET', `${base}/ScheduledReport`)
      await ask(nextDoor(), 'GET', `${base}/ScheduledQueries`)
      const reportIds = [...orders.values()]
      const reportId = reportIds[(round * 7) % Math.max(1, reportIds.length)]
      if (reportId !== undefined) await load(reportId)
      await setTimeout(pauseMs)
    }
  }

  async function load(reportId: string): Promise<void> {
    const given = await ask(nextDoor(), 'GET', `${base}/ScheduledReport/execution/${reportId}`)
    const link = given?.body.value[0]?.['reportAccessSecureLink']
    if (typeof link !== 'string') return
    const files = new Set<string>()
    for (const door of doors.slice()) {
      const file = await tried(door, 'download', async () => {
        const response = await fetch(link.replace('http://almanac.test', door.process.url))
        return { status: response.status, text: await response.text() }
      })
      if (file === null) continue
      counts.downloads += 1
      if (file.status !== 200) faults.push(`${door.version} download ${link}: ${file.status} ${file.text}`)
      files.add(file.text)
    }
    if (files.size > 1) faults.push(`${reportId} has several files`)
  }

  function tokenAt({ process }: Door): Promise<string> {
    return requestToken(installation.at(process))
  }

  async function run(): Promise<void> {
    token = await tokenAt(nextDoor())
    await Promise.all([orderOn(), readOn()])
  }

  const running = run()
  // Whoever waits for orders hears of it as well.
  running.catch(() => over.abort())
  return {
    orders,
    faults,
    counts,
    async ordered(count) {
      const goal = orders.size + count
      while (orders.size < goal && !over.signal.aborted) await setTimeout(20)
    },
    async stop() {
      over.abort()
      await running
    },
  }
}

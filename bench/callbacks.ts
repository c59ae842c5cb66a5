// Callbacks per second from due to recorded as delivered: the real courier, sender and stores, eight at a time, to a
// receiver in a process of its own; against a bare loop of `fetch` with the same bodies to the same receiver, eight at a
// time, in turn. And against one that makes a connection for each request, as the courier has to: an address that was
// checked for one name must not serve another.
//
//   npm run bench:callbacks           9 rounds of 1,000 callbacks
//   npm run bench:callbacks -- 300 3
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { aClient, enrol } from '../packages/server/src/access/testing/a-client.ts'
import { isAccountDisabled } from '../packages/server/src/access/is-account-disabled.ts'
import { startCourier } from '../packages/server/src/callbacks/courier.ts'
import type { DeliveryEvents } from '../packages/server/src/callbacks/delivery-events.ts'
import { createAddressGuard } from '../packages/server/src/callbacks/guard-address.ts'
import { createSender, systemResolve } from '../packages/server/src/callbacks/send-request.ts'
import { systemClock } from '../packages/server/src/kernel/clock.ts'
import { randomId } from '../packages/server/src/kernel/ids.ts'
import { openSqliteStores } from '../packages/server/src/stores/open-sqlite-stores.ts'
import { startAnsweringChild } from './testbed/answering-child.ts'
import { publish, rounded, shown, spread } from './testbed/figures.ts'
import { fillSchedules, makeDue } from './testbed/fill-schedules.ts'
import type { Received } from './testbed/receiver.ts'
import { rigSchedules } from './testbed/rig-schedules.ts'

const callbacks = Number(process.argv[2] ?? 1_000)
const rounds = Number(process.argv[3] ?? 9)
const atOnce = 8
const owner = { accountId: 'account-bench', clientId: 'client-bench' }

interface Call {
  readonly url: string
  readonly body: string
}

const folder = join(import.meta.dirname, 'work/callbacks')
const file = join(folder, 'almanac.db')
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
const receiver = startAnsweringChild<object, Received>('receiver.ts')
const { port } = await receiver.ask({})
const callback = { url: `http://127.0.0.1:${port}/callback`, method: 'POST', on: 'completed' } as const
await fillSchedules(file, callbacks, {
  queryTextOf: () => 'SELECT OrderDate, OrderId FROM Orders TIMESPAN LAST_MONTH',
  owner,
  callback,
})
const stores = await openSqliteStores(file)
await addClient()
const rig = await rigSchedules(folder, {
  openStores: () => openSqliteStores(file),
  makeDue: async (...due) => makeDue(file, ...due),
})

const perSecond = { courier: [] as number[], fetch: [] as number[], ownConnections: [] as number[] }
const connectionsMade = { courier: 0, fetch: 0, ownConnections: 0 }
let [bodyBytes, receiverShare] = [0, 0]
for (let round = 0; round <= rounds; round++) {
  // Executions that complete and owe a callback, which the courier finds when it starts.
  await rig.claims(callbacks)
  const calls = callsOwed()
  bodyBytes = calls.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)
  const rates = {
    fetch: await rateOf('fetch', () => eightAtATime(calls, callByFetch)),
    ownConnections: await rateOf('ownConnections', () => eightAtATime(calls, callOnOwnConnection)),
    courier: await rateOf('courier', deliverAll),
  }
  // The first round warms everything up.
  if (round === 0) continue
  for (const [name, rate] of Object.entries(rates)) perSecond[name as keyof typeof rates].push(rate)
  console.log(
    `round ${round}: courier ${rounded(rates.courier)}/s, fetch ${rounded(rates.fetch)}/s, own connections ${rounded(rates.ownConnections)}/s`,
  )
}
await rig.close()
await stores.close()
await receiver.close()
await rm(folder, { recursive: true, force: true })

const ratio = spread(perSecond.courier.map((rate, round) => rate / (perSecond.fetch[round] ?? 1)))
const ratioToOwn = spread(perSecond.courier.map((rate, round) => rate / (perSecond.ownConnections[round] ?? 1)))
await publish(
  'callbacks',
  [
    `${callbacks} callbacks of ${rounded(bodyBytes / callbacks)} bytes, ${atOnce} at once, ${rounds} rounds`,
    `courier, due → recorded as delivered: ${shown(spread(perSecond.courier), 'callbacks/s')}`,
    `bare fetch:                           ${shown(spread(perSecond.fetch), 'requests/s')}`,
    `bare, a connection for each:          ${shown(spread(perSecond.ownConnections), 'requests/s')}`,
    `ratio to bare fetch, round by round:  ${shown(ratio, '×')}`,
    `ratio to a connection for each:       ${shown(ratioToOwn, '×')}`,
    `the receiver was busy for ${rounded(receiverShare * 100)} % of the time at most`,
  ],
  {
    callbacks,
    rounds,
    bodyBytes: rounded(bodyBytes / callbacks),
    perSecond: {
      courier: spread(perSecond.courier),
      fetch: spread(perSecond.fetch),
      ownConnections: spread(perSecond.ownConnections),
    },
    ratio,
    ratioToOwnConnections: ratioToOwn,
    connectionsOfRound: connectionsMade,
    receiverBusy: rounded(receiverShare),
  },
)

/** Calls per second of `work`. Makes sure that each has arrived once. */
async function rateOf(name: keyof typeof perSecond, work: () => Promise<void>): Promise<number> {
  await receiver.ask({})
  const beganAt = performance.now()
  await work()
  const takenMs = performance.now() - beganAt
  const { requests, connections, bodyBytes: arrivedBytes, cpuMs } = await receiver.ask({})
  if (requests !== callbacks || arrivedBytes !== bodyBytes) throw new Error(`${requests} of ${callbacks} calls arrived`)
  connectionsMade[name] = connections
  receiverShare = Math.max(receiverShare, cpuMs / takenMs)
  return callbacks / (takenMs / 1_000)
}

/** From the start of a courier to the moment when it has recorded the last of them as delivered. */
async function deliverAll(): Promise<void> {
  const allDelivered = Promise.withResolvers<void>()
  const broken = (cause: unknown): void => allDelivered.reject(new Error('The benchmark broke', { cause }))
  let delivered = 0
  const events: DeliveryEvents = {
    callbackDelivered() {
      delivered += 1
      if (delivered === callbacks) allDelivered.resolve()
    },
    callbackRetried: (_delivery, attempt) => broken(attempt.error),
    callbackFailed: (_delivery, attempt) => broken(attempt.error),
    callbackLeaseLost: broken,
    courierError: broken,
  }
  const stopping = new AbortController()
  const courier = startCourier(
    {
      deliveries: stores.deliveries,
      isAccountDisabled: (accountId) => isAccountDisabled(stores.clients, accountId),
      webhookSecretOf: async (clientId) => (await stores.clients.findClient(clientId))?.webhookSecret,
      send: createSender({
        clock: systemClock,
        guard: createAddressGuard(['127.0.0.1']),
        resolve: systemResolve,
        allowHttp: true,
        timeoutSeconds: 15,
      }),
      clock: systemClock,
      random: Math.random,
      events,
      newId: randomId,
      courierId: 'bench',
      slots: atOnce,
      leaseSeconds: 60,
      lookEverySeconds: 5,
    },
    stopping.signal,
  )
  await allDelivered.promise
  stopping.abort()
  await courier.stopped
}

async function eightAtATime(calls: readonly Call[], call: (call: Call) => Promise<void>): Promise<void> {
  // One iterator for all: each takes what comes next.
  const remaining = calls.values()
  const take = async (): Promise<void> => {
    for (const next of remaining) await call(next)
  }
  await Promise.all(Array.from({ length: atOnce }, take))
}

async function callByFetch({ url, body }: Call): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  await response.arrayBuffer()
}

async function callOnOwnConnection({ url, body }: Call): Promise<void> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const sending = httpRequest(url, { method: 'POST', agent: false, headers })
  sending.end(body)
  const [response] = (await once(sending, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
}

/** What is owed now, as the courier will send it. */
function callsOwed(): readonly Call[] {
  const database = new DatabaseSync(file, { readOnly: true })
  const owed = database.prepare(`select url, report_id, body from callback_deliveries where status = 'waiting'`).all()
  database.close()
  return owed.map(({ url, report_id: reportId, body }) => ({
    url: `${String(url)}/${String(reportId)}`,
    body: String(body),
  }))
}

async function addClient(): Promise<void> {
  const webhookSecret = `whsec_${randomBytes(24).toString('base64')}`
  await enrol(stores.clients, aClient({ id: owner.clientId, accountId: owner.accountId, webhookSecret }))
}

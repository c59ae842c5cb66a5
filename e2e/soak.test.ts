import { randomInt } from 'node:crypto'
import { mkdtemp, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { administer, readSettings } from '@almanac/server'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ReceivedCall } from '../packages/server/src/callbacks/testing/start-receiver.ts'
import { seededRandom, type SeededRandom } from '../packages/query/src/testing/seeded-random.ts'
import { removeFolder } from './testing/almanac-process.ts'
import { requestToken } from './testing/call.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'
import { openEars, reportOf, webhookIdOf, type Ears } from './testing/soak/ears.ts'
import { beginLife, stillAlive } from './testing/soak/life.ts'
import { finish, moveHours, work, type Load } from './testing/soak/load.ts'
import { anyTime, moments, type Moment, type Signs } from './testing/soak/moments.ts'
import { createPartner, type Order } from './testing/soak/partner.ts'
import { blobPath, filesIn, measureFile, readStored, type Stored } from './testing/soak/stored.ts'
import { saveQuery } from './testing/steps.ts'

// A server under load is killed again and again, at moments chosen by chance and at those that hurt most, and started
// again on what it has left. In the end everything is counted, past the server, in its database and on its disk.
//
//   SOAK_KILLS=200 SOAK_SEED=7 npx vitest run e2e/soak.test.ts

const kills = Number(process.env['SOAK_KILLS'] ?? 20)
const seed = Number(process.env['SOAK_SEED'] ?? randomInt(2 ** 31))

const hour = 3_600_000
const minute = 60_000
const settings = {
  // The shortest lease there is, as many runs at once as CI has cores, and months that pass in minutes.
  leaseSeconds: 3,
  'engine.exportProcesses': 2,
  'engine.threads': 1,
  'clock.movable': true,
  'retention.days': 3_650,
  'callbacks.timeoutSeconds': 1,
  'limits.executeNowPerHour': 100_000,
}
const options = [
  '--rows',
  '40000',
  ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${String(value)}`]),
]
// Beyond `limits.exportTimeoutSeconds` and an hour a file that nothing names counts as nobody's.
const orphanAgeMs = 3 * hour + minute

const texts = [
  // Most rows of the largest dataset, sorted by a column that it isn't stored by: long enough to be hit.
  'SELECT UsageDate, UsageReference, PriceCC FROM ISVUsage ORDER BY UsageReference TIMESPAN LAST_3_YEARS',
  'SELECT OfferName, AssetId FROM ISVOrder',
]

/** What the body of a callback says. */
interface Told {
  readonly data: { readonly executionId: string }
}

/** A report that recurs, as it was ordered. */
interface Recurring {
  readonly order: Order
  readonly startAt: number
  readonly intervalMs: number
  readonly count: number
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-soak-'))
})
afterAll(() => removeFolder(folder))

// What a dead server has left running is seen in /proc.
describe.skipIf(process.platform !== 'linux')(
  `a server that is killed ${kills} times (SOAK_SEED=${seed})`,
  { timeout: 60_000 + kills * 20_000 },
  () => {
    test('loses nothing, does nothing twice, and leaves nothing behind', async () => {
      let sent = Promise.withResolvers<void>()
      const requestSent = (): void => {
        sent.resolve()
        sent = Promise.withResolvers()
      }
      const ears = await openEars(seededRandom(seed))
      const signs: Signs = { dataFolder: folder, requestSent: () => sent.promise, callbackCame: () => ears.nextCall() }
      const load = await openLoad(ears, requestSent)
      const recurring = await firstLife(load)

      const deaths = new Map<string, number>()
      const children: number[] = []
      const random = seededRandom(seed)
      const toCome: Moment[] = []
      for (let kill = 0; kill < kills; kill += 1) {
        const life = beginLife(await startServer())
        const working = work(load, life, seededRandom(seed + kill))
        // Each of them in every round of kills, in an order of its own.
        if (toCome.length === 0) toCome.push(...moments)
        const [moment = anyTime] = toCome.splice(random.below(toCome.length), 1)
        await Promise.race([momentOf(moment, signs, random), working])
        children.push(...(await life.kill()))
        await working
        deaths.set(moment.name, (deaths.get(moment.name) ?? 0) + 1)
      }

      const last = beginLife(await startServer())
      ears.recover()
      await finish(load, last, () => readStored(folder).deliveries.every(({ status }) => status === 'delivered'))
      expect(await last.server.stop('SIGTERM')).toBe(0)
      // An engine may have five seconds to end its query when its server is gone.
      await until(async () => (await stillAlive(children)).length === 0)

      const stored = readStored(folder)
      expect(stored.integrity).toEqual(['ok'])
      expect(stored.held).toBe(0)
      expectOrdered(stored, load)
      expectOccurrences(stored, recurring, load.clockAt)
      expectCallbacks(stored, ears)
      const orphans = await expectFiles(stored)
      process.stdout.write(
        `soak (seed ${seed}): ${JSON.stringify({
          kills: Object.fromEntries(deaths),
          clockMoves: load.moves,
          madeUnheard: load.partners.flatMap(({ orders }) => orders.filter((order) => order.wasMadeUnheard)).length,
          ...summary(stored, ears.calls),
          unrecordedFiles: orphans,
          engines: children.length,
        })}\n`,
      )
    })
  },
)

async function startServer(): Promise<DemoProcess> {
  const server = await startDemoProcess(folder, options)
  // One that a failure leaves running.
  onTestFinished(async () => void (await server.stop('SIGKILL')))
  return server
}

/** The partners, their receiver, and an administrator who moves the clock. */
async function openLoad(ears: Ears, requestSent: () => void): Promise<Load> {
  const installation = readSettings({
    file: null,
    environment: {},
    overrides: { dataFolder: folder },
    isTerminal: false,
  })
  const operator = { accountId: 'operator', name: 'Operator', roles: ['Admin'] } as const
  const added = await administer(installation, (administration) => administration.addClient(operator, null))
  const told = {
    requestSent,
    clockSeen(at: number) {
      load.clockAt = Math.max(load.clockAt, at)
    },
  }
  const load: Load = {
    ears,
    partners: [0, 1].map((client) => createPartner((server) => requestToken(server, client), told)),
    admin: createPartner((server) => requestToken({ ...server, clients: [{ account: '', ...added }] }), told),
    queryIds: [[], []],
    clockAt: 0,
    moves: 0,
  }
  return load
}

/** What there is before the first death: sample data, queries, and for each partner reports that recur. */
async function firstLife(load: Load): Promise<readonly Recurring[]> {
  const life = beginLife(await startServer())
  const gridMs = moveHours * hour
  const gridAt = Math.ceil(Date.now() / gridMs) * gridMs
  const recurring: Recurring[] = []
  for (const [index, partner] of load.partners.entries()) {
    const token = await requestToken(life.server, index)
    for (const text of texts) load.queryIds[index]?.push(await saveQuery(life.server, token, 'soak', text))
    const [sorted, short] = load.queryIds[index] ?? []
    const byPost = { CallbackUrl: load.ears.url, CallbackMethod: 'POST' }
    const byGet = { CallbackUrl: load.ears.url, CallbackMethod: 'GET' }
    for (const [each, { QueryId, hours, count, ...callback }] of [
      { QueryId: sorted, hours: moveHours, count: 10_000, ...byPost },
      { QueryId: short, hours: moveHours, count: 10_000, ...byGet },
      { QueryId: short, hours: moveHours, count: 10, ...byPost },
      { QueryId: sorted, hours: 3 * moveHours, count: 10_000 },
    ].entries()) {
      const startAt = gridAt + (index * 10 + each) * minute
      const order = partner.order(`recurring ${each}`, {
        ReportName: `recurring ${each}`,
        QueryId,
        StartTime: `${new Date(startAt).toISOString().slice(0, 19)}Z`,
        RecurrenceInterval: hours,
        RecurrenceCount: count,
        ...callback,
      })
      await partner.ask(life, order)
      recurring.push({ order, startAt, intervalMs: hours * hour, count })
    }
  }
  await life.server.stop('SIGTERM')
  return recurring
}

/** Resolves when the moment has come. What it waits for may not happen in this life: it comes in five seconds at most. */
async function momentOf(moment: Moment, signs: Signs, random: SeededRandom): Promise<void> {
  const over = new AbortController()
  const coming = [moment.come(signs, random, over.signal), setTimeout(5_000, undefined, { signal: over.signal })]
  // The one that is not waited for any more is called off.
  for (const each of coming) each.catch(() => undefined)
  await Promise.race(coming)
  over.abort()
}

/** Each order, asked for once or ten times, is one report. */
function expectOrdered(stored: Stored, { partners }: Load): void {
  const ordered = partners.flatMap(({ orders }) => orders)
  expect(ordered.filter(({ reportIds }) => reportIds.size !== 1)).toEqual([])
  const reportIds = ordered.flatMap((order) => [...order.reportIds])
  expect(stored.reports.map(({ id }) => id).toSorted()).toEqual(reportIds.toSorted())
}

/** Each occurrence that has been due is one execution, completed once, with one file and, where one is owed, a callback. */
function expectOccurrences(stored: Stored, recurring: readonly Recurring[], endAt: number): void {
  const executionsOf = Map.groupBy(stored.executions, ({ reportId }) => reportId)
  const schedules = new Map(recurring.map((each) => [[...each.order.reportIds][0], each]))
  for (const { id, status, callbackUrl } of stored.reports) {
    const found = executionsOf.get(id) ?? []
    const schedule = schedules.get(id)
    const [first] = found
    const { startAt, intervalMs, count } = schedule ?? { startAt: first?.scheduledAt ?? 0, intervalMs: 1, count: 1 }
    const due = Math.min(count, Math.floor((endAt - startAt) / intervalMs) + 1)
    const waits = due < count
    const completed = { status: 'Completed', artifacts: 1, completions: 1, deliveries: callbackUrl === null ? 0 : 1 }
    const pending = { status: 'Pending', artifacts: 0, completions: 0, deliveries: 0 }
    const expected = Array.from({ length: due + (waits ? 1 : 0) }, (_, occurrence) => ({
      occurrence,
      scheduledAt: startAt + occurrence * intervalMs,
      ...(occurrence < due ? completed : pending),
    }))
    const seen = found.map(({ occurrence, scheduledAt, artifacts, completions, deliveries, ...execution }) => ({
      occurrence,
      scheduledAt,
      status: execution.status,
      artifacts,
      completions,
      deliveries,
    }))
    expect([status, seen]).toEqual([waits ? 'Active' : 'Inactive', expected])
  }
}

/** Each callback owed was taken at least once, under one id, signed; none came of what did not complete. */
function expectCallbacks(stored: Stored, { calls, taken }: Ears): void {
  const deliveries = new Map(stored.deliveries.map((delivery) => [delivery.id, delivery]))
  const statusOf = new Map(stored.executions.map(({ id, status }) => [id, status]))
  expect(calls.filter((call) => !deliveries.has(webhookIdOf(call)))).toEqual([])
  for (const call of calls) {
    const { executionId, reportId, body, clientId } = deliveries.get(webhookIdOf(call)) ?? {}
    expect([reportOf(call), call.body, statusOf.get(executionId ?? '')]).toEqual([reportId, body, 'Completed'])
    verify(call, stored.webhookSecrets.get(clientId ?? '') ?? '')
  }
  // One row for each execution (that was counted above), so one id, however often it came.
  expect(stored.deliveries.filter(({ id, status }) => !taken.has(id) || status !== 'delivered')).toEqual([])
  const told = stored.deliveries.filter(({ body }) => body !== '')
  expect(told.map(({ body }) => (JSON.parse(body) as Told).data.executionId)).toEqual(
    told.map(({ executionId }) => executionId),
  )
}

/** Checks a signature as a receiver would, at the time when it came. Throws when it is not good. */
function verify({ headers, body }: ReceivedCall, secret: string): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Number(headers['webhook-timestamp']) * 1_000 })
  try {
    // Of GET, the body that is signed is an empty one; the library reads JSON from what it has verified.
    new Webhook(secret).verify(body, headers as Record<string, string>)
  } finally {
    vi.useRealTimers()
  }
}

/**
 * Every recorded file is there with the bytes that its manifest tells of. What else lies there goes when it is old
 * enough: unrecorded files, half-written ones, what engines have spilled. Gives how many files were not recorded.
 */
async function expectFiles({ artifacts }: Stored): Promise<number> {
  for (const { blobKey, manifest } of artifacts) {
    const { sha256, sizeBytes, rows } = manifest
    expect([blobKey, await measureFile(blobPath(folder, blobKey))]).toEqual([blobKey, { sha256, sizeBytes, rows }])
  }
  const recorded = artifacts.map(({ blobKey }) => blobKey).toSorted()
  const staged = await filesIn(join(folder, 'artifacts/staging'))
  expect(staged.map((path) => basename(path)).filter((name) => recorded.includes(name))).toEqual([])
  const published = await filesIn(join(folder, 'artifacts/blobs'))

  const longAgo = new Date(Date.now() - orphanAgeMs)
  for (const path of [...staged, ...published]) await utimes(path, longAgo, longAgo)
  const server = await startServer()
  await until(async () => (await filesIn(join(folder, 'artifacts'))).length <= recorded.length)
  expect(await server.stop('SIGTERM')).toBe(0)
  const left = await filesIn(join(folder, 'artifacts'))
  expect(left.toSorted()).toEqual(recorded.map((blobKey) => blobPath(folder, blobKey)).toSorted())
  expect(await filesIn(join(folder, 'temp'))).toEqual([])
  return published.length - recorded.length
}

function summary({ reports, executions, artifacts, deliveries }: Stored, calls: readonly ReceivedCall[]): object {
  const taken = executions.filter(({ claims }) => claims > 1)
  return {
    reports: reports.length,
    completed: executions.filter(({ status }) => status === 'Completed').length,
    takenOver: taken.length,
    mostClaims: Math.max(...executions.map(({ claims }) => claims)),
    files: artifacts.length,
    bytes: artifacts.reduce((sum, { manifest }) => sum + manifest.sizeBytes, 0),
    callbacks: deliveries.length,
    calls: calls.length,
  }
}

/** Waits for what another process does, ten seconds at most. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(10_000)
  while (!(await isSo())) {
    if (deadline.aborted) throw new Error('It did not come to be within ten seconds')
    await setImmediate()
  }
}

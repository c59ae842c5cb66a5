import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { generateSample, loadCatalog, readSettings, shippedCatalogFolder, startServer } from '@almanac/server'
import { pino } from 'pino'
import type { Role } from '../../packages/server/src/access/caller.ts'
import { createAccount } from '../../packages/server/src/access/create-account.ts'
import { createClient } from '../../packages/server/src/access/create-client.ts'
import { serverItself } from '../../packages/server/src/kernel/audit-entry.ts'
import { randomId } from '../../packages/server/src/kernel/ids.ts'
import { createFakeClock, type FakeClock } from '../../packages/server/src/kernel/testing/fake-clock.ts'
import type { SettingsInput } from '../../packages/server/src/config/read-settings.ts'
import type { RunningServer } from '../../packages/server/src/server.ts'
import { requestToken } from './call.ts'
import type { DemoAnnouncement } from './demo-process.ts'

/** A line of the server's log, as far as tests look at it. */
export interface LogLine {
  readonly msg: string
  readonly reportId?: string
  readonly executionId?: string
  readonly scheduledAt?: string
  readonly err?: { readonly message: string }
}

/**
 * The whole server in this process, as `almanac serve` builds it (real database, files, engine, HTTP), except for the
 * time: that stands still until a test moves it, across restarts on the same folder too.
 */
export interface TimedHouse {
  readonly clock: FakeClock
  readonly folder: string
  /** What the running server is reached by. */
  readonly announcement: DemoAnnouncement
  /** The secret that the client's callbacks are signed with. */
  readonly webhookSecret: string
  readonly log: readonly LogLine[]
  /** A token that is good now. */
  token(): Promise<string>
  /** Resolves when the log has `count` lines with this message about the report. */
  logged(msg: string, reportId: string, count?: number): Promise<readonly LogLine[]>
  start(): Promise<void>
  stop(): Promise<void>
  close(): Promise<void>
}

/** What a test wants otherwise: settings by their dotted names, and what its client may do. */
export interface HouseOptions {
  readonly settings?: SettingsInput['overrides']
  readonly roles?: readonly Role[]
  /** Where its data folder is to be; in a new folder otherwise. */
  readonly folder?: string
  /** Rows of its largest dataset. */
  readonly usageRows?: number
}

/** Opens the house at the instant `startAt` (epoch milliseconds), with sample data up to that day, and starts it. */
export async function openTimedHouse(
  startAt: number,
  { settings: changes = {}, roles = ['Reports.ReadWrite'], usageRows = 2_000, ...options }: HouseOptions = {},
): Promise<TimedHouse> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'almanac-timed-')))
  const settings = readSettings({
    file: null,
    environment: {},
    overrides: {
      dataFolder: folder,
      'callbacks.allowHttp': true,
      'callbacks.allowedHosts': '127.0.0.1',
      // Tests ask again and again while the clock stands still.
      'limits.requestsPerMinutePerClient': 0,
      'limits.requestsPerMinutePerAddress': 0,
      ...changes,
    },
    isTerminal: false,
  })
  const { accounts } = await generateSample({
    catalog: await loadCatalog(settings.catalogFolder ?? shippedCatalogFolder),
    outFolder: settings.datasetsFolder,
    accounts: 1,
    usageRows,
    seed: 1,
    referenceAt: startAt,
  })
  const clock = createFakeClock(startAt)
  const log: LogLine[] = []
  let changed = Promise.withResolvers<void>()
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log.push(JSON.parse(chunk.toString()) as LogLine)
      changed.resolve()
      changed = Promise.withResolvers()
      done()
    },
  })
  const launch = (port: number): Promise<RunningServer> =>
    startServer({ ...settings, listen: { ...settings.listen, port } }, pino({ level: 'info' }, sink), { clock })

  let server = await launch(0)
  // Tokens and links name where they come from, so the server keeps its port, as a real one does.
  const port = Number(new URL(server.url).port)
  const deps = { clients: server.clients, clock, newId: randomId }
  const [account] = accounts
  await createAccount(deps, serverItself, { id: account?.id ?? '', name: 'Test' })
  const { client, secret } = await createClient(deps, serverItself, {
    accountId: account?.id ?? '',
    name: 'Test',
    roles,
  })

  const house: TimedHouse = {
    clock,
    folder,
    log,
    webhookSecret: client.webhookSecret,
    get announcement() {
      return {
        url: server.url,
        tenantId: server.tenantId,
        program: 'cmp',
        clients: [{ account: client.accountId, clientId: client.id, clientSecret: secret }],
        pid: process.pid,
      }
    },
    token: () => requestToken(house.announcement),
    async logged(msg, reportId, count = 1) {
      for (;;) {
        const found = log.filter((line) => line.msg === msg && line.reportId === reportId)
        if (found.length >= count) return found
        await changed.promise
      }
    },
    async start() {
      server = await launch(port)
    },
    stop: () => server.close(),
    async close() {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return house
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import type { Role } from '../../access/caller.ts'
import { createAccount } from '../../access/create-account.ts'
import { createClient } from '../../access/create-client.ts'
import { isAccountDisabled } from '../../access/is-account-disabled.ts'
import { isKeptOut } from '../../access/is-kept-out.ts'
import { createLinkKeys } from '../../access/link-keys.ts'
import { createOwnTokens } from '../../access/own-tokens.ts'
import { createLoginGuard } from '../../access/login-guard.ts'
import { createSecretChecker } from '../../access/secret-checker.ts'
import { createTokenKeys } from '../../access/token-keys.ts'
import { createTokenVerifier } from '../../access/verify-token.ts'
import { createBlobRemover } from '../../artifacts/create-blob-remover.ts'
import { createDiskBlobStore } from '../../blobs/disk/create-disk-blob-store.ts'
import { createDataFolder } from '../../datasets/data-folder.ts'
import { smallCatalog, smallDataset, smallSystemQuery } from '../../datasets/testing/small-catalog.ts'
import { createLoadedData } from '../../datasets/versions/create-loaded-data.ts'
import { createDuckDbEngine } from '../../engines/duckdb/create-duckdb-engine.ts'
import { createDuckDbLoadEngine } from '../../engines/duckdb/create-duckdb-load-engine.ts'
import { claimExecution } from '../../executions/claim.ts'
import type { ExecutionEvents } from '../../executions/execution-events.ts'
import { createTurns } from '../../executions/turns.ts'
import { runExecution } from '../../executions/run-execution.ts'
import { serverItself } from '../../kernel/audit-entry.ts'
import { minuteMs } from '../../kernel/hours.ts'
import { randomId } from '../../kernel/ids.ts'
import { createFakeClock, type FakeClock } from '../../kernel/testing/fake-clock.ts'
import { openSqliteStores } from '../../stores/open-sqlite-stores.ts'
import type { Stores } from '../../stores/stores.ts'
import { createApp } from '../app.ts'
import type { HttpDeps } from '../http-deps.ts'

export const tenantId = '0d3f6a2e-1c5b-4c2f-9a77-3e1b6c9d2f40'
export const audience = 'https://api.partnercenter.microsoft.com'
export const publicUrl = 'https://reports.example.com'

/** The app over real rooms: store, engine, files, tokens. Only the clock stands still until a test moves it. */
export interface TestApp {
  readonly app: FastifyInstance
  readonly deps: HttpDeps
  readonly clock: FakeClock
  readonly stores: Stores
  /** Everything that was logged, a line each. */
  readonly logged: readonly string[]
  /** A client of an account, with the secret that it asks for tokens with. */
  addClient(accountId: string, roles: readonly Role[]): Promise<TestClient>
  /** Runs everything that is due, as a worker would, one after the other. */
  runDue(): Promise<void>
  close(): Promise<void>
}

export interface TestClient {
  readonly id: string
  readonly secret: string
  /** The first one. */
  readonly token: string
  /** Asks with a token of the client that is good. `body` is sent as JSON. */
  ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD', url: string, body?: unknown): Promise<LightMyRequestResponse>
}

export async function openApp(changes: Partial<HttpDeps> = {}): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-http-'))
  const stores = await openSqliteStores(join(folder, 'almanac.db'))
  const clock = createFakeClock(Date.UTC(2026, 4, 9, 12))
  const logged: string[] = []
  await writeOrders(join(folder, 'datasets', 'cmp'))
  const blobs = createDiskBlobStore(join(folder, 'artifacts'))
  const engine = createDuckDbEngine({
    readFolders: [join(folder, 'datasets'), join(folder, 'loaded')],
    writeFolder: blobs.stagingFolder,
    tempFolder: join(folder, 'temp'),
    memoryLimitMiB: 256,
    threads: 1,
    exportProcesses: 1,
    previewProcesses: 1,
    maximumTempGiB: 1,
  })

  const loadEngine = createDuckDbLoadEngine({
    loadedFolder: join(folder, 'loaded'),
    tempFolder: join(folder, 'temp'),
    memoryLimitMiB: 256,
    threads: 1,
    maximumTempGiB: 1,
  })
  const training = smallDataset({ program: 'mpn', name: 'Training', nameAliases: [] })
  const catalog = changes.catalog ?? smallCatalog([orders, training], [smallSystemQuery()])

  const issuer = { tenantId, publicUrl: () => publicUrl }
  const shared = {
    clients: stores.clients,
    credentials: stores.credentials,
    clock,
    machineClock: clock,
    newId: randomId,
    issuer,
    audiences: [audience],
  }
  const tokenKeys = createTokenKeys({ keys: stores.keys, clock, newId: randomId })
  const deps: HttpDeps = {
    catalog,
    queries: stores.queries,
    reports: stores.reports,
    executions: stores.executions,
    idempotency: stores.idempotency,
    deliveries: stores.deliveries,
    deliveryOwed: () => undefined,
    artifacts: stores.artifacts,
    blobs,
    storeLinks: null,
    data: createLoadedData(join(folder, 'loaded'), createDataFolder(join(folder, 'datasets'))),
    loads: {
      catalog,
      loadedFolder: join(folder, 'loaded'),
      loadEngine,
      engine,
      clock,
      newId: randomId,
      retention: { keptVersions: 3, readersMs: 7_200_000 },
      mostParts: 16,
      loadTimeoutSeconds: 60,
      uploadBytes: 1_000_000,
    },
    engine,
    clock,
    machineClock: clock,
    testClock: null,
    newId: randomId,
    verifyToken: createTokenVerifier({ ...shared, authorities: [createOwnTokens({ ...shared, keys: tokenKeys })] }),
    issuesTokens: true,
    tokens: {
      ...shared,
      keys: tokenKeys,
      secrets: createSecretChecker(),
      users: null,
      logins: createLoginGuard(clock),
      tally: { issued: () => undefined, refused: () => undefined },
      onNoteLost: () => undefined,
    },
    clients: stores.clients,
    credentials: stores.credentials,
    keys: stores.keys,
    audit: stores.audit,
    linkKeys: createLinkKeys({ keys: stores.keys, clock, newId: randomId }),
    usedLinks: stores.usedLinks,
    isKeptOut: (clientId) => isKeptOut(stores.clients, clientId),
    reportStored: () => undefined,
    reportDeleted: () => undefined,
    removeBlobs: createBlobRemover(blobs, (error) => {
      throw error
    }),
    requestAnswered: () => undefined,
    checkReadiness: async () => ({ database: { ok: true } }),
    checkHealth: async () => {
      await stores.clients.listAccounts()
    },
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    profile: 'open',
    limits: {
      activeReportsPerClient: 10_000,
      executeNowPerHour: 600,
      queriesPerClient: 10_000,
      startLeadHours: 0,
      maximumIntervalHoursV1: 90,
      maximumScheduleHours: 175_200,
      previewRows: 3,
      previewTimeoutSeconds: 100,
      previewsAtOnce: 20,
      queuedExports: 5_000,
      connections: 1_000,
      exportTimeoutSeconds: 7_200,
      requestBodyBytes: 65_536,
      arrivalSeconds: 30,
      requestsPerMinutePerClient: 0,
      requestsPerMinutePerAddress: 0,
    },
    links: { lifetimeHours: 24, compress: 'when-accepted', singleUse: false, bindToAddress: false },
    trustProxy: [],
    allowedOrigins: [],
    certificate: null,
    callbackPolicy: { allowHttp: false },
    publicUrl: () => publicUrl,
    ...changes,
  }
  const app = await createApp(deps)

  return {
    app,
    deps,
    clock,
    stores,
    logged,
    async addClient(accountId, roles) {
      await createAccount(shared, serverItself, { id: accountId, name: accountId })
      const { client, secret } = await createClient(shared, serverItself, { accountId, name: 'test', roles })
      const signedInAt = clock.now()
      const firstToken = await tokenFor(app, client.id, secret)
      const ask: TestClient['ask'] = async (method, url, body) => {
        // A token lives for an hour, and tests move the clock by days.
        const expired = clock.now() - signedInAt > 50 * minuteMs
        const token = expired ? await tokenFor(app, client.id, secret) : firstToken
        const request: InjectOptions = { method, url, headers: { authorization: `Bearer ${token}` } }
        return app.inject(body === undefined ? request : { ...request, payload: body as object })
      }
      return { id: client.id, secret, token: firstToken, ask }
    },
    async runDue() {
      const worker = {
        ...deps,
        workerId: 'test',
        leaseSeconds: 20,
        exportTimeoutSeconds: 60,
        turns: createTurns(),
        room: { freeBytes: async () => 2 ** 40, minimumFreeBytes: 2 ** 20 },
        random: () => 0.5,
        events: silentEvents,
        deliveryOwed: () => undefined,
        isAccountDisabled: (accountId: string) => isAccountDisabled(stores.clients, accountId),
      }
      for (;;) {
        const execution = await claimExecution(worker)
        if (execution === undefined) return
        await runExecution(worker, execution, new AbortController().signal)
      }
    },
    async close() {
      await app.close()
      await Promise.all([engine.close(), loadEngine.close()])
      await stores.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const silentEvents: ExecutionEvents = {
  executionStarted: () => undefined,
  executionCompleted: () => undefined,
  executionRetried: () => undefined,
  executionFailed: () => undefined,
  executionHandedBack: () => undefined,
  executionLeaseLost: () => undefined,
  retained: () => undefined,
  workerError: () => undefined,
}

const orders = smallDataset({ source: { kind: 'files', format: 'csv', pattern: 'cmp/orders.csv' } })

async function writeOrders(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const rows = Array.from({ length: 5 }, (_, index) => `contoso,order-${index},2026-05-0${index + 1},${index}`)
  const csv = ['AccountId,OrderId,OrderDate,Amount', ...rows, 'fabrikam,theirs,2026-05-01,100', '']
  await writeFile(join(folder, 'orders.csv'), csv.join('\n'))
}

async function tokenFor(app: FastifyInstance, clientId: string, secret: string): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret,
    resource: audience,
  })
  const answer = await app.inject({
    method: 'POST',
    url: `/${tenantId}/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: form.toString(),
  })
  return answer.json<{ access_token: string }>().access_token
}

import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { ClientStore } from './access/client-store.ts'
import { isAccountDisabled } from './access/is-account-disabled.ts'
import { isKeptOut } from './access/is-kept-out.ts'
import { createLinkKeys } from './access/link-keys.ts'
import { createLoginGuard } from './access/login-guard.ts'
import { createSecretChecker } from './access/secret-checker.ts'
import { createTokenKeys } from './access/token-keys.ts'
import { startTokenTally } from './access/token-tally.ts'
import { createDocumentFetcher } from './access/fetch-document.ts'
import { createExternalTokens } from './access/external-tokens.ts'
import { startOutcomeKeeper } from './access/tell-unknown-outcomes.ts'
import { createIssuerKeys } from './access/issuer-keys.ts'
import { createOwnTokens } from './access/own-tokens.ts'
import { createTokenVerifier } from './access/verify-token.ts'
import { createBlobRemover } from './artifacts/create-blob-remover.ts'
import { startCourier } from './callbacks/courier.ts'
import { createAddressGuard } from './callbacks/guard-address.ts'
import { createSender, systemResolve } from './callbacks/send-request.ts'
import type { Settings } from './config/settings.ts'
import { createEngine } from './create-engine.ts'
import { createLoads, loadedFolderOf } from './create-loads.ts'
import type { Catalog } from './datasets/catalog.ts'
import { createDataFolder } from './datasets/data-folder.ts'
import { createProfileFolder } from './datasets/profiles/profile-folder.ts'
import { createProfiledData } from './datasets/profiles/profiled-data.ts'
import { loadCatalog } from './datasets/load-catalog.ts'
import { createTrinoTables } from './datasets/trino-tables.ts'
import { createLoadedData } from './datasets/versions/create-loaded-data.ts'
import { startJanitor } from './executions/janitor.ts'
import { createTurns } from './executions/turns.ts'
import { startWorker } from './executions/worker.ts'
import { createApp } from './http/app.ts'
import { createHealthApp } from './http/create-health-app.ts'
import type { HttpDeps } from './http/http-deps.ts'
import { readCertificate, validUntil, type Certificate } from './http/tls/certificate.ts'
import { renewCertificate } from './http/tls/renew-certificate.ts'
import { aheadName, openInstallationClock, openTestClock } from './installation-clock.ts'
import type { Clock } from './kernel/clock.ts'
import { hourMs, secondMs } from './kernel/hours.ts'
import { createHappenings } from './test-clock/happenings.ts'
import { createMoveTargets, noTargets } from './test-clock/move-targets.ts'
import { tellHappenings } from './test-clock/tell-happenings.ts'
import { randomId } from './kernel/ids.ts'
import { openStores } from './open-stores.ts'
import { askEngine } from './observe/ask-engine.ts'
import { createEvents } from './observe/events.ts'
import { freeBytesIn } from './observe/free-bytes.ts'
import { createMetrics } from './observe/metrics.ts'
import { checkReadiness } from './observe/readiness.ts'
import { startMetricsServer, type MetricsServer } from './observe/start-metrics-server.ts'
import { openBlobs } from './open-blobs.ts'
import type { Stores } from './stores/stores.ts'
import { createClockQueue } from './clock-queue.ts'
import { createWhileNobodyIsAt } from './while-nobody-is-at.ts'

/** A server that listens and works. */
export interface RunningServer {
  /** What the outside world calls it, without a final slash. */
  readonly url: string
  readonly tenantId: string
  /** Who may come in; for whoever sets up accounts and clients in this process. */
  readonly clients: ClientStore
  readonly log: Logger
  /** Ends it: no new requests, what runs is handed back, processes and files are closed. */
  close(): Promise<void>
}

/** The name under which an installation keeps where requests want it to be. */
const targetsName = 'clockTargets'

/** What a test replaces: the time. */
export interface ServerOptions {
  readonly clock?: Clock
}

// Requests of callbacks that are under way at once: a slow receiver must not hold up the others.
const courierSlots = 8
// Well above the time that one attempt may take, so that no two couriers send the same callback.
const courierLeaseSlackSeconds = 45
// An execution that has been due for longer says that this server doesn't keep up.
const overdueSeconds = 300
// How long answers under way may take at a shutdown. A download that takes longer is cut, and its client asks for the rest.
const answerGraceMs = 10_000
// With a lease of at most 25 s, a dead worker's execution is taken over within 30 s.
const lookEverySeconds = 5

// Reading all of a dataset of this size takes about a millisecond longer than skipping what need not be read.
const smallestProfiledBytes = 4 * 2 ** 20
// Ten million rows of 36 texts took three seconds.
const profileTimeLimitMs = 10 * 60 * 1000
const keptProfiles = 1_000

/**
 * Builds everything from the settings, in the order in which the rooms need each other, and listens. The only place
 * that knows every room. Throws in words when a folder, the database, the catalog or the port is not to be had.
 */
export async function startServer(
  settings: Settings,
  log: Logger,
  options: ServerOptions = {},
): Promise<RunningServer> {
  await Promise.all([settings.dataFolder, settings.datasetsFolder].map((folder) => mkdir(folder, { recursive: true })))
  const catalog = await loadCatalog(settings.catalogFolder)
  const certificate = settings.tls && (await readCertificate(settings.tls))
  const stores = await openStores(settings)
  const stopping = new AbortController()
  try {
    return await startOn(settings, log, { ...options, catalog, certificate, stores, stopping })
  } catch (error) {
    // A clock that goes on asking, or a connection that stays open, would keep a process alive that could not start.
    stopping.abort()
    await stores.close()
    throw error
  }
}

/** What stands before the rooms are built on it. */
interface Ground extends ServerOptions {
  readonly catalog: Catalog
  readonly certificate: Certificate | null
  readonly stores: Stores
  /** Aborts when the server ends. */
  readonly stopping: AbortController
}

async function startOn(
  settings: Settings,
  log: Logger,
  { catalog, certificate, stores, stopping, ...options }: Ground,
): Promise<RunningServer> {
  const newId = randomId
  const random = Math.random
  const processId = `${process.pid}-${randomUUID().slice(0, 8)}`

  const does = (role: Settings['roles'][number]): boolean => settings.roles.includes(role)
  const tenantId = await stores.installation.getOrSet('tenantId', settings.tenantId ?? newId())
  refuseOtherTenant(settings, tenantId)
  const machineClock = options.clock ?? (await openInstallationClock(stores, stopping.signal))
  const testClock = await openTestClock(stores.installation, settings, machineClock)
  const moveTargets = createMoveTargets(await stores.installation.getOrSet(targetsName, noTargets), (text) =>
    stores.installation.put(targetsName, text),
  )
  const clock = testClock ?? machineClock
  const happenings = createHappenings()

  const freeBytes = freeBytesIn(settings.dataFolder)
  const minimumFreeBytes = settings.disk.minimumFreeMiB * 2 ** 20
  const metrics = createMetrics({
    clock,
    executions: () => stores.executions.backlog(clock.now()),
    callbacks: () => stores.deliveries.backlog(clock.now()),
    freeBytes,
  })
  const { store: blobs, stagingFolder, storeLinks, ask: askFiles } = await openBlobs(settings, tenantId)
  const engine = createEngine(settings, {
    catalog,
    tempFolder: settings.engine.tempFolder,
    readFolders: [settings.datasetsFolder, loadedFolderOf(settings)],
    writeFolder: stagingFolder,
    onEvent: (event) => {
      const { kind, ...process } = event
      log.debug(process, kind.replaceAll('_', ' '))
      if (event.kind === 'engine_process_ended')
        metrics.engineProcessEnded(event.purpose, event.exitCode === 0 ? 'retired' : 'killed')
    },
  })
  const data = createProfiledData({
    source: createLoadedData(loadedFolderOf(settings), createTrinoTables(createDataFolder(settings.datasetsFolder))),
    engine,
    profiles: createProfileFolder({ folder: join(settings.dataFolder, 'profiles'), newId, keptProfiles }),
    smallestBytes: smallestProfiledBytes,
    timeLimitMs: profileTimeLimitMs,
    signal: stopping.signal,
    onFailure: (failure) => log.warn(failure, 'data version could not be profiled; queries run without'),
  })
  const events = tellHappenings(metrics.counting(createEvents(log)), happenings, clock)

  const courier = !does('callbacks')
    ? null
    : startCourier(
        {
          deliveries: stores.deliveries,
          isAccountDisabled: (accountId) => isAccountDisabled(stores.clients, accountId),
          webhookSecretOf: async (clientId) => (await stores.clients.findClient(clientId))?.webhookSecret,
          send: createSender({
            clock,
            guard: createAddressGuard(settings.callbacks.allowedHosts),
            resolve: systemResolve,
            allowHttp: settings.callbacks.allowHttp,
            timeoutSeconds: settings.callbacks.timeoutSeconds,
          }),
          clock,
          random,
          events,
          newId,
          courierId: processId,
          slots: courierSlots,
          leaseSeconds: settings.callbacks.timeoutSeconds + courierLeaseSlackSeconds,
          lookEverySeconds,
        },
        stopping.signal,
      )
  const deliveryOwed = (): void => {
    courier?.wake()
    stores.shared?.tell('callbacks')
  }
  const worker = !does('worker')
    ? null
    : startWorker(
        {
          executions: stores.executions,
          blobs,
          catalog,
          data,
          engine,
          clock,
          machineClock,
          random,
          newId,
          events,
          workerId: processId,
          leaseSeconds: settings.leaseSeconds,
          turns: createTurns(),
          exportTimeoutSeconds: settings.limits.exportTimeoutSeconds,
          room: { freeBytes, minimumFreeBytes },
          slots: settings.engine.exportProcesses,
          lookEverySeconds,
          deliveryOwed,
          isAccountDisabled: (accountId) => isAccountDisabled(stores.clients, accountId),
        },
        stopping.signal,
      )

  const reportStored = (): void => {
    worker?.wake()
    stores.shared?.tell('executions')
  }
  stores.shared?.listen((hint) => ({ executions: worker, callbacks: courier })[hint]?.wake(), stopping.signal)

  const loads = createLoads(settings, {
    catalog,
    engine,
    clock: machineClock,
    newId,
    onEvent: ({ kind, ...process }) => log.debug(process, kind.replaceAll('_', ' ')),
  })
  const janitor = !does('worker')
    ? null
    : startJanitor(
        {
          strayLeases: stores.strayLeases,
          executions: stores.executions,
          reports: stores.reports,
          artifacts: stores.artifacts,
          blobs,
          clock,
          machineClock,
          keptDays: settings.retention.days,
          orphanAgeMs: settings.limits.exportTimeoutSeconds * secondMs + hourMs,
          onRound: (removed) => events.retained(removed),
          onError: (error) => events.workerError(error),
        },
        stopping.signal,
      )

  let listeningOn = ''
  const publicUrl = (): string => settings.publicUrl ?? listeningOn
  const issuer = { tenantId, publicUrl }
  const tokenKeys = createTokenKeys({ keys: stores.keys, clock, newId })
  const access = { clients: stores.clients, keys: tokenKeys, clock, issuer, audiences: settings.audiences }
  const fetchDocument = createDocumentFetcher(stopping.signal)
  const external = settings.issuers.trusted.map((trusted) => {
    const keys = createIssuerKeys({
      issuer: trusted,
      fetchDocument,
      machineClock,
      onFailure: (error) =>
        log.warn({ err: error, issuer: trusted.issuer }, 'the keys of a trusted issuer could not be read'),
    })
    // Ahead of the first token; an issuer that is down keeps nobody from starting.
    if (does('api')) void keys.ask()
    return createExternalTokens({ issuer: trusted, keys, machineClock })
  })
  const tally = startTokenTally(
    {
      audit: stores.audit,
      clients: stores.clients,
      clock,
      machineClock,
      onError: (error) => log.error({ err: error }, 'counts of tokens could not be written to the audit log'),
    },
    stopping.signal,
  )
  // Of those who change datasets and the clock, and have their folders.
  const outcomesTold = !does('api')
    ? null
    : startOutcomeKeeper(
        {
          audit: stores.audit,
          installation: stores.installation,
          clock,
          machineClock,
          whileNobodyIsAt: createWhileNobodyIsAt(settings),
          onError: (error) => log.error({ err: error }, 'the audit log could not be looked through'),
        },
        stopping.signal,
      )
  const health = {
    checkReadiness: () =>
      checkReadiness({
        clock,
        backlog: () => stores.executions.backlog(clock.now()),
        freeBytes,
        minimumFreeBytes,
        askEngine: does('api') || does('worker') ? (signal) => askEngine(engine, signal) : null,
        askFiles,
        overdueSeconds,
      }),
    checkHealth: async () => {
      // A new process would find a server of its own as far away as this one does.
      if (stores.shared === null) await stores.executions.nextDueAt()
    },
  }
  const httpDeps: HttpDeps = {
    catalog,
    queries: stores.queries,
    reports: stores.reports,
    executions: stores.executions,
    idempotency: stores.idempotency,
    deliveries: stores.deliveries,
    deliveryOwed,
    artifacts: stores.artifacts,
    blobs,
    storeLinks,
    data,
    loads: { ...loads, uploadBytes: settings.data.uploadBytes },
    engine,
    clock,
    machineClock,
    testClock: testClock && {
      clock: testClock,
      work: [
        { nextDueAt: () => stores.executions.nextDueAt(), settled: async () => worker?.settled() },
        { nextDueAt: () => stores.deliveries.nextDueAt(), settled: async () => courier?.settled() },
      ],
      happenings,
      targets: moveTargets,
      keepAhead: (aheadMs) => stores.installation.put(aheadName, String(aheadMs)),
      queue: createClockQueue(settings),
      signal: stopping.signal,
    },
    newId,
    verifyToken: createTokenVerifier({
      ...access,
      authorities: [...(settings.issuers.builtIn ? [createOwnTokens(access)] : []), ...external],
    }),
    issuesTokens: settings.issuers.builtIn,
    tokens: {
      ...access,
      credentials: stores.credentials,
      secrets: createSecretChecker(),
      // Only partner insights (mpn) is documented with users, and only an emulator has to do as it does.
      users: settings.profile === 'partner-center' && catalog.programs.includes('mpn') ? stores.users : null,
      logins: createLoginGuard(machineClock),
      tally,
      machineClock,
      newId,
      onNoteLost: (error) => log.warn({ err: error }, 'the last use of a credential could not be noted'),
    },
    clients: stores.clients,
    credentials: stores.credentials,
    keys: stores.keys,
    audit: stores.audit,
    linkKeys: createLinkKeys({ keys: stores.keys, clock, newId }),
    usedLinks: stores.usedLinks,
    isKeptOut: (clientId) => isKeptOut(stores.clients, clientId),
    reportStored,
    // Another process that runs it finds out when it renews its lease.
    reportDeleted: (reportId) => worker?.cancel(reportId),
    removeBlobs: createBlobRemover(blobs, (error) => events.workerError(error)),
    requestAnswered: (request, ms) => metrics.requestAnswered(request, ms),
    log,
    ...health,
    profile: settings.profile,
    limits: settings.limits,
    links: settings.links,
    trustProxy: settings.listen.trustProxy,
    allowedOrigins: settings.cors.allowedOrigins,
    certificate,
    callbackPolicy: settings.callbacks,
    publicUrl,
  }
  const app = await (does('api') ? createApp(httpDeps) : createHealthApp(httpDeps))

  const certificateKept =
    settings.tls === null || certificate === null || !('setSecureContext' in app.server)
      ? Promise.resolve()
      : renewCertificate(
          {
            files: settings.tls,
            certificate,
            clock: machineClock,
            use: (renewed) => (app.server as HttpsServer).setSecureContext(renewed),
            onRenewed: (renewed) => log.info({ validUntil: validUntil(renewed) }, 'certificate renewed'),
            onFailure: (error) => log.error({ err: error }, 'the new certificate is not used'),
          },
          stopping.signal,
        )

  let metricsServer: MetricsServer | null = null
  const close = async (): Promise<void> => {
    stopping.abort()
    await metricsServer?.close()
    const cutting = setTimeout(() => app.server.closeAllConnections(), answerGraceMs)
    await app.close()
    clearTimeout(cutting)
    await Promise.all([worker?.stopped, courier?.stopped, janitor, tally.stopped, outcomesTold, certificateKept])
    await data.idle()
    await Promise.all([engine.close(), loads.loadEngine.close()])
    await stores.close()
  }
  try {
    await app.listen({ host: settings.listen.host, port: settings.listen.port })
    if (settings.metrics.port !== 0) metricsServer = await startMetricsServer(metrics, settings.metrics)
  } catch (error) {
    await close()
    throw error
  }
  listeningOn = addressOf(app.server.address(), settings)
  return { url: publicUrl(), tenantId, clients: stores.clients, log, close }
}

/** Tokens and links name the tenant: changing it by a setting would silently end them all. */
function refuseOtherTenant(settings: Settings, tenantId: string): void {
  if (settings.tenantId !== null && settings.tenantId !== tenantId)
    throw new Error(
      `The setting tenantId is ${settings.tenantId}, but ${settings.dataFolder} belongs to tenant ${tenantId}. Leave the setting out, or choose another dataFolder.`,
    )
}

function addressOf(address: AddressInfo | string | null, { tls, listen: { host } }: Settings): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

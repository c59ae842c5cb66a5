import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import type { ClientStore } from './access/client-store.ts'
import { buildHouse, type Ground } from './composition/house.ts'
import { keepCertificate } from './composition/keep-certificate.ts'
import { openAccess } from './composition/open-access.ts'
import { openDoor } from './composition/open-door.ts'
import { startCallbacks } from './composition/start-callbacks.ts'
import { startExecutions } from './composition/start-executions.ts'
import { startHousekeeping } from './composition/start-housekeeping.ts'
import type { Settings } from './config/settings.ts'
import { loadCatalog } from './datasets/load-catalog.ts'
import { readCertificate } from './http/tls/certificate.ts'
import { systemClock, type Clock } from './kernel/clock.ts'
import { startMetricsServer, type MetricsServer } from './observe/start-metrics-server.ts'
import { openStores } from './open-stores.ts'
import { untilOutdated } from './watch-schema.ts'

/** A server that listens and works. */
export interface RunningServer {
  /** What the outside world calls it, without a final slash. */
  readonly url: string
  readonly tenantId: string
  /** Who may come in; for whoever sets up accounts and clients in this process. */
  readonly clients: ClientStore
  readonly log: Logger
  /** Resolves, in words, when it has to end: a newer Almanac has changed the schema in a way that this one can't work with. */
  readonly outdated: Promise<string>
  /** Ends it: no new requests, what runs is handed back, processes and files are closed. */
  close(): Promise<void>
}

export interface ServerOptions {
  /** What a test replaces: the time. */
  readonly clock?: Clock
  /** Ends a start that waits for its database, which rejects then. */
  readonly signal?: AbortSignal
}

// How long answers under way may take at a shutdown. A download that takes longer is cut, and its client asks for the rest.
const answerGraceMs = 10_000

/**
 * Builds everything from the settings, in the order in which the rooms need each other, and listens. With `composition/`
 * the only place that knows every room. Throws in words when a folder, the database, the catalog or the port is not to be had.
 */
export async function startServer(
  settings: Settings,
  log: Logger,
  options: ServerOptions = {},
): Promise<RunningServer> {
  await Promise.all([settings.dataFolder, settings.datasetsFolder].map((folder) => mkdir(folder, { recursive: true })))
  const catalog = await loadCatalog(settings.catalogFolder)
  const certificate = settings.tls && (await readCertificate(settings.tls))
  const stores = await openStores(settings, options.signal)
  if (stores.schemaOrigin === 'newer')
    log.warn('the schema is that of a newer version, which lets this one work with it: an upgrade is under way')
  const stopping = new AbortController()
  const { signal } = stopping
  try {
    const machineClock = options.clock && { machineClock: options.clock }
    return await startOn({ settings, log, catalog, certificate, stores, stopping: signal, ...machineClock }, stopping)
  } catch (error) {
    // A clock that goes on asking, or a connection that stays open, would keep a process alive that could not start.
    stopping.abort()
    await stores.close()
    throw error
  }
}

/**
 * The house → who sends callbacks ← who runs executions → housekeeping → who may come in → the door. Those that work tell
 * each other of new work, in this process and, by way of the database, in others.
 */
async function startOn(ground: Ground, stopping: AbortController): Promise<RunningServer> {
  const { settings, log, stores } = ground
  const house = await buildHouse(ground)
  const courier = startCallbacks(house)
  const deliveryOwed = (): void => {
    courier?.wake()
    stores.shared?.tell('callbacks')
  }
  const worker = startExecutions(house, deliveryOwed)
  const reportStored = (): void => {
    worker?.wake()
    stores.shared?.tell('executions')
  }
  stores.shared?.listen((hint) => ({ executions: worker, callbacks: courier })[hint]?.wake(), stopping.signal)
  const housekeeping = startHousekeeping(house)

  let listeningOn = ''
  const publicUrl = (): string => settings.publicUrl ?? listeningOn
  const access = openAccess(house, publicUrl)
  const app = await openDoor(house, { access, worker, courier, deliveryOwed, reportStored, publicUrl })
  const certificateKept = keepCertificate(house, app)

  let metricsServer: MetricsServer | null = null
  const close = async (): Promise<void> => {
    stopping.abort()
    await metricsServer?.close()
    const cutting = setTimeout(() => app.server.closeAllConnections(), answerGraceMs)
    await app.close()
    clearTimeout(cutting)
    await Promise.all([worker?.stopped, courier?.stopped, housekeeping, access.stopped, certificateKept])
    await house.data.idle()
    await Promise.all([house.engine.close(), house.loads.loadEngine.close()])
    await stores.close()
  }
  try {
    await app.listen({ host: settings.listen.host, port: settings.listen.port })
    if (settings.metrics.port !== 0) metricsServer = await startMetricsServer(house.metrics, settings.metrics)
  } catch (error) {
    await close()
    throw error
  }
  listeningOn = addressOf(app.server.address(), settings)
  // By the real time: a test that moves its own by a year need not ask as often.
  const outdated = untilOutdated(stores, systemClock, stopping.signal)
  return { url: publicUrl(), tenantId: house.tenantId, clients: stores.clients, log, outdated, close }
}

function addressOf(address: AddressInfo | string | null, { tls, listen: { host } }: Settings): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

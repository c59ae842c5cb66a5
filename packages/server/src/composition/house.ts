import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { DeliveryEvents } from '../callbacks/delivery-events.ts'
import type { Settings } from '../config/settings.ts'
import { createEngine } from '../create-engine.ts'
import { createLoads, loadedFolderOf } from '../create-loads.ts'
import type { Catalog } from '../datasets/catalog.ts'
import { createDataFolder } from '../datasets/data-folder.ts'
import { createProfileFolder } from '../datasets/profiles/profile-folder.ts'
import { createProfiledData, type ProfiledData } from '../datasets/profiles/profiled-data.ts'
import type { QueryEngine } from '../datasets/query-engine.ts'
import { createTrinoTables } from '../datasets/trino-tables.ts'
import { createLoadedData } from '../datasets/versions/create-loaded-data.ts'
import type { LoadDatasetDeps } from '../datasets/versions/load-dataset.ts'
import type { ExecutionEvents } from '../executions/execution-events.ts'
import type { Room } from '../executions/require-room.ts'
import type { Certificate } from '../http/tls/certificate.ts'
import { openInstallationClock, openTestClock } from '../installation-clock.ts'
import type { Clock } from '../kernel/clock.ts'
import { randomId, type NewId } from '../kernel/ids.ts'
import type { MovableClock } from '../kernel/movable-clock.ts'
import { createEvents } from '../observe/events.ts'
import { freeBytesIn } from '../observe/free-bytes.ts'
import { createMetrics, type Metrics } from '../observe/metrics.ts'
import { openBlobs, type Blobs } from '../open-blobs.ts'
import type { Stores } from '../stores/stores.ts'
import { createHappenings, type Happenings } from '../test-clock/happenings.ts'
import { noTargets } from '../test-clock/move-targets.ts'
import { tellHappenings } from '../test-clock/tell-happenings.ts'

/** The name under which an installation keeps where requests want its clock to be. */
export const clockTargetsName = 'clockTargets'

/** What stands before the rooms are built on it. */
export interface Ground {
  readonly settings: Settings
  readonly log: Logger
  readonly catalog: Catalog
  readonly certificate: Certificate | null
  readonly stores: Stores
  /** Aborts when the server ends. */
  readonly stopping: AbortSignal
  /** In place of the installation's own, for a test. */
  readonly machineClock?: Clock
}

/** What several rooms share. */
export interface House extends Ground {
  readonly tenantId: string
  /** Whether this process has a role. */
  readonly does: (role: Settings['roles'][number]) => boolean
  /** Of this process, among those on its database. */
  readonly processId: string
  readonly newId: NewId
  readonly random: () => number
  readonly machineClock: Clock
  /** What lets the clock be moved; null where it is the machine's. */
  readonly testClock: MovableClock | null
  /** Where requests want that one to be, as they were kept. */
  readonly clockTargets: string
  /** Everyone's: the one that can be moved, where there is one. */
  readonly clock: Clock
  readonly happenings: Happenings
  readonly metrics: Metrics
  readonly events: ExecutionEvents & DeliveryEvents
  /** On the disk of the data folder. */
  readonly room: Room
  readonly blobs: Blobs
  readonly engine: QueryEngine
  readonly data: ProfiledData
  readonly loads: LoadDatasetDeps
}

// Reading all of a dataset of this size takes about a millisecond longer than skipping what need not be read.
const smallestProfiledBytes = 4 * 2 ** 20
// Ten million rows of 36 texts took three seconds.
const profileTimeLimitMs = 10 * 60 * 1000
const keptProfiles = 1_000

/** Builds what several rooms share, in the order in which they need each other. Throws in words. */
export async function buildHouse(ground: Ground): Promise<House> {
  const { settings, log, catalog, stores, stopping } = ground
  const newId = randomId
  const tenantId = await stores.installation.getOrSet('tenantId', settings.tenantId ?? newId())
  refuseOtherTenant(settings, tenantId)
  const machineClock = ground.machineClock ?? (await openInstallationClock(stores, stopping))
  const testClock = await openTestClock(stores.installation, settings, machineClock)
  const clockTargets = await stores.installation.getOrSet(clockTargetsName, noTargets)
  const clock = testClock ?? machineClock
  const happenings = createHappenings()

  const freeBytes = freeBytesIn(settings.dataFolder)
  const metrics = createMetrics({
    clock,
    executions: () => stores.executions.backlog(clock.now()),
    callbacks: () => stores.deliveries.backlog(clock.now()),
    freeBytes,
  })
  const blobs = await openBlobs(settings, tenantId)
  const engine = createEngine(settings, {
    catalog,
    tempFolder: settings.engine.tempFolder,
    readFolders: [settings.datasetsFolder, loadedFolderOf(settings)],
    writeFolder: blobs.stagingFolder,
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
    signal: stopping,
    onFailure: (failure) => log.warn(failure, 'data version could not be profiled; queries run without'),
  })
  const loads = createLoads(settings, {
    catalog,
    engine,
    clock: machineClock,
    newId,
    onEvent: ({ kind, ...process }) => log.debug(process, kind.replaceAll('_', ' ')),
  })
  return {
    ...ground,
    tenantId,
    does: (role) => settings.roles.includes(role),
    processId: `${process.pid}-${randomUUID().slice(0, 8)}`,
    newId,
    random: Math.random,
    machineClock,
    testClock,
    clockTargets,
    clock,
    happenings,
    metrics,
    events: tellHappenings(metrics.counting(createEvents(log)), happenings, clock),
    room: { freeBytes, minimumFreeBytes: settings.disk.minimumFreeMiB * 2 ** 20 },
    blobs,
    engine,
    data,
    loads,
  }
}

/** Tokens and links name the tenant: changing it by a setting would silently end them all. */
function refuseOtherTenant(settings: Settings, tenantId: string): void {
  if (settings.tenantId !== null && settings.tenantId !== tenantId)
    throw new Error(
      `The setting tenantId is ${settings.tenantId}, but ${settings.dataFolder} belongs to tenant ${tenantId}. Leave the setting out, or choose another dataFolder.`,
    )
}

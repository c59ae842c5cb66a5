import type { FastifyInstance } from 'fastify'
import { isKeptOut } from '../access/is-kept-out.ts'
import { createLinkKeys } from '../access/link-keys.ts'
import { createBlobRemover } from '../artifacts/create-blob-remover.ts'
import { createClockQueue } from '../clock-queue.ts'
import type { Worker } from '../executions/worker.ts'
import { createApp } from '../http/app.ts'
import { createHealthApp } from '../http/create-health-app.ts'
import type { HttpDeps } from '../http/http-deps.ts'
import { aheadName } from '../installation-clock.ts'
import type { DueLoop } from '../kernel/due-loop.ts'
import { askEngine } from '../observe/ask-engine.ts'
import { checkReadiness } from '../observe/readiness.ts'
import { createMoveTargets } from '../test-clock/move-targets.ts'
import type { Access } from './open-access.ts'
import { clockTargetsName, type House } from './house.ts'

/** What stands behind the door beside the house itself. */
export interface Behind extends Pick<HttpDeps, 'deliveryOwed' | 'reportStored' | 'publicUrl'> {
  readonly access: Access
  readonly worker: Worker | null
  readonly courier: DueLoop | null
}

/** The HTTP server: of a process that answers clients, or of one that is only looked after. It does not listen yet. */
export async function openDoor(house: House, behind: Behind): Promise<FastifyInstance> {
  const deps = httpDepsOf(house, behind)
  return house.does('api') ? createApp(deps) : createHealthApp(deps)
}

// An execution that has been due for longer says that this server doesn't keep up.
const overdueSeconds = 300

function httpDepsOf(house: House, behind: Behind): HttpDeps {
  const { settings, log, catalog, certificate, stores, clock, machineClock, newId, blobs, data, engine, events } = house
  const { access, worker, deliveryOwed, reportStored, publicUrl } = behind
  return {
    catalog,
    queries: stores.queries,
    reports: stores.reports,
    executions: stores.executions,
    idempotency: stores.idempotency,
    deliveries: stores.deliveries,
    deliveryOwed,
    artifacts: stores.artifacts,
    blobs: blobs.store,
    storeLinks: blobs.storeLinks,
    data,
    loads: { ...house.loads, uploadBytes: settings.data.uploadBytes },
    engine,
    clock,
    machineClock,
    testClock: testClockOf(house, behind),
    newId,
    verifyToken: access.verifyToken,
    issuesTokens: access.issuesTokens,
    tokens: access.tokens,
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
    removeBlobs: createBlobRemover(blobs.store, (error) => events.workerError(error)),
    requestAnswered: (request, ms) => house.metrics.requestAnswered(request, ms),
    log,
    ...healthOf(house),
    profile: settings.profile,
    limits: settings.limits,
    links: settings.links,
    trustProxy: settings.listen.trustProxy,
    allowedOrigins: settings.cors.allowedOrigins,
    certificate,
    callbackPolicy: settings.callbacks,
    publicUrl,
  }
}

function healthOf(house: House): Pick<HttpDeps, 'checkReadiness' | 'checkHealth'> {
  const { stores, clock, room, engine, blobs, does } = house
  return {
    checkReadiness: () =>
      checkReadiness({
        clock,
        backlog: () => stores.executions.backlog(clock.now()),
        ...room,
        askEngine: does('api') || does('worker') ? (signal) => askEngine(engine, signal) : null,
        askFiles: blobs.ask,
        overdueSeconds: stores.shared === null ? overdueSeconds : null,
      }),
    checkHealth: async () => {
      // A new process would find a server of its own as far away as this one does.
      if (stores.shared === null) await stores.executions.nextDueAt()
    },
  }
}

function testClockOf(house: House, { worker, courier }: Behind): HttpDeps['testClock'] {
  const { settings, testClock, clockTargets, happenings, stopping } = house
  const { executions, deliveries, installation } = house.stores
  if (testClock === null) return null
  return {
    clock: testClock,
    work: [
      { nextDueAt: () => executions.nextDueAt(), settled: async () => worker?.settled() },
      { nextDueAt: () => deliveries.nextDueAt(), settled: async () => courier?.settled() },
    ],
    happenings,
    targets: createMoveTargets(clockTargets, (text) => installation.put(clockTargetsName, text)),
    keepAhead: (aheadMs) => installation.put(aheadName, String(aheadMs)),
    queue: createClockQueue(settings),
    signal: stopping,
  }
}

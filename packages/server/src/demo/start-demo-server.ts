import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Settings } from '../config/settings.ts'
import { loadCatalog } from '../datasets/load-catalog.ts'
import { systemClock } from '../kernel/clock.ts'
import { dayMs } from '../kernel/hours.ts'
import { randomId } from '../kernel/ids.ts'
import { generateSample, type SampleManifest } from '../sample/generate-sample.ts'
import { startServer, type RunningServer } from '../server.ts'
import { ensureDemoClients, type DemoClient } from './demo-clients.ts'
import { isLoopback } from './refuse-demo-in-public.ts'

/** What sample data a demo server makes where there is none yet. */
export interface DemoOptions {
  readonly usageRows: number
  readonly accounts: number
  readonly seed: number
}

export interface DemoServer {
  readonly server: RunningServer
  readonly clients: readonly DemoClient[]
}

/** Each of this many accounts gets a client; further accounts are the others' rows that no client may see. */
const accountsWithClients = 2

/**
 * The same server as any, on sample data and with clients for its first two accounts, all in the data folder and made
 * where absent. Its clients' secrets are printed, so it refuses to listen where others could reach it.
 */
export async function startDemoServer(settings: Settings, log: Logger, options: DemoOptions): Promise<DemoServer> {
  refuseOtherMachines(settings.listen.host)
  const sample = (await readSample(settings)) ?? (await makeSample(settings, log, options))
  const server = await startServer(settings, log)
  try {
    const clients = await ensureDemoClients(
      { clients: server.clients, clock: systemClock, newId: randomId },
      { folder: settings.dataFolder, accounts: sample.accounts.slice(0, accountsWithClients) },
    )
    return { server, clients }
  } catch (error) {
    await server.close()
    throw error
  }
}

function refuseOtherMachines(host: string): void {
  if (!isLoopback(host))
    throw new Error(
      `A demo server prints its clients' secrets, so it listens on this machine only: listen.host is ${host}, it must be 127.0.0.1, ::1 or localhost.`,
    )
}

/** Undefined when there is no sample data, or not all of it: its manifest is written last. */
async function readSample({ datasetsFolder }: Settings): Promise<SampleManifest | undefined> {
  try {
    return JSON.parse(await readFile(join(datasetsFolder, 'sample.json'), 'utf8')) as SampleManifest
  } catch {
    return undefined
  }
}

async function makeSample(settings: Settings, log: Logger, options: DemoOptions): Promise<SampleManifest> {
  log.info(options, 'making sample data')
  return generateSample({
    catalog: await loadCatalog(settings.catalogFolder),
    outFolder: settings.datasetsFolder,
    ...options,
    // The rows end today, so that every range of TIMESPAN has some, and the same bytes come all day long.
    referenceAt: Math.floor(systemClock.now() / dayMs) * dayMs,
    onProgress: ({ file, done, of }) =>
      log.info({ rows: file.rows, sizeBytes: file.sizeBytes }, `sample data: ${file.dataset} (${done} of ${of})`),
  })
}

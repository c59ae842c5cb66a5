import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  administer,
  generateSample,
  loadCatalog,
  readSettings,
  shippedCatalogFolder,
  type Settings,
} from '@almanac/server'
import type { TestPostgres } from '../../packages/server/src/stores/postgres/testing/start-postgres.ts'
import { removeFolder } from './almanac-process.ts'
import { startServeProcess, type ServeOptions, type ServeProcess } from './serve-process.ts'
import type { DemoAnnouncement } from './demo-process.ts'

/** An installation on PostgreSQL: a shared folder with sample data, a database, and clients, for any number of processes. */
export interface ScaleInstallation {
  readonly folder: string
  readonly databaseUrl: string
  readonly accountIds: readonly string[]
  /** The credentials of its clients, to be used at a process. */
  at(process: ServeProcess): DemoAnnouncement
  start(options?: Partial<ServeOptions>): Promise<ServeProcess>
  remove(): Promise<void>
}

// What all processes have to agree on: tokens and links are made from it.
const publicUrl = 'http://almanac.test'

/** `program`: the folder of the version that makes the database, where it is not this one. */
export async function openScaleInstallation(
  postgres: TestPostgres,
  usageRows: number,
  program: string | null = null,
): Promise<ScaleInstallation> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-scale-'))
  const databaseUrl = await postgres.createDatabase()
  const common = {
    publicUrl,
    'database.url': databaseUrl,
    // The shortest lease there is: what a dead process leaves is taken over three seconds later.
    leaseSeconds: 3,
    'engine.threads': 1,
    'callbacks.allowHttp': true,
    'callbacks.allowedHosts': '127.0.0.1',
    'callbacks.timeoutSeconds': 2,
    'limits.requestsPerMinutePerClient': 0,
    'limits.requestsPerMinutePerAddress': 0,
    'limits.executeNowPerHour': 100_000,
    'limits.activeReportsPerClient': 10_000,
  }
  const settings = readSettings({
    file: null,
    environment: {},
    overrides: { ...common, dataFolder: folder },
    isTerminal: false,
  })
  const { accounts } = await generateSample({
    catalog: await loadCatalog(shippedCatalogFolder),
    outFolder: settings.datasetsFolder,
    accounts: 2,
    usageRows,
    seed: 1,
    referenceAt: Math.floor(Date.now() / 86_400_000) * 86_400_000,
  })
  const accountIds = accounts.map(({ id }) => id)
  const clients =
    program === null
      ? await addClients(settings, accountIds)
      : await addClientsBy(program, folder, databaseUrl, accountIds)
  return {
    folder,
    databaseUrl,
    accountIds,
    at: ({ url, tenantId, pid }) => ({ url, tenantId, pid, program: 'cmp', clients }),
    start: ({ settings: more = {}, ...options } = {}) =>
      startServeProcess({ dataFolder: folder, ...options, settings: { ...common, ...more } }),
    remove: () => removeFolder(folder),
  }
}

type Clients = DemoAnnouncement['clients']

async function addClients(settings: Settings, accountIds: readonly string[]): Promise<Clients> {
  return administer(settings, async (administration) => {
    const added = []
    for (const id of accountIds) {
      const client = await administration.addClient({ accountId: id, name: id, roles: ['Reports.ReadWrite'] }, null)
      added.push({ account: id, ...client })
    }
    return added
  })
}

/** The same by the command of another version. */
async function addClientsBy(
  program: string,
  folder: string,
  databaseUrl: string,
  accountIds: readonly string[],
): Promise<Clients> {
  const added = []
  for (const id of accountIds) {
    const words = ['client', 'add', '--account', id, '--name', id, '--data', folder, '--json']
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(program, 'packages/cli/bin/almanac.mjs'), ...words],
      { env: { ...process.env, ALMANAC_DATABASE_URL: databaseUrl, ALMANAC_PUBLIC_URL: publicUrl } },
    )
    added.push({ account: id, ...(JSON.parse(stdout) as Omit<Clients[number], 'account'>) })
  }
  return added
}

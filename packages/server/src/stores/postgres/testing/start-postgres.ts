import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { inNameOfSuite } from '../../../../../../tools/scale/in-name-of-suite.ts'
import { freePort } from '../../../kernel/testing/free-port.ts'

/** A real PostgreSQL of this machine, in a folder of its own, for the tests of one file. */
export interface TestPostgres {
  readonly port: number
  /** Of its first process; while it runs. */
  pid(): number
  /** The address of one of its databases. */
  urlOf(database: string): string
  /** Makes an empty database and gives its address; of `template`, a copy of that one. */
  createDatabase(template?: string): Promise<string>
  dropDatabase(url: string): Promise<void>
  /** Runs a statement as its administrator, on one of its databases. */
  run(statement: string, database?: string): Promise<readonly Record<string, unknown>[]>
  /** Ends every connection to it but ours, as an administrator or a failover would. Gives how many. */
  cutConnections(): Promise<number>
  /** `immediate`: as a crash of the machine, without a word to its clients. `kill`: SIGKILL. */
  stop(how: 'fast' | 'immediate' | 'kill'): Promise<void>
  start(): Promise<void>
  /** Ends it and removes its folder. */
  remove(): Promise<void>
}

/** Why PostgreSQL is not to be had here, or null. A suite that needs it is skipped under a name that says so. */
export const postgresLacking: string | null = whyNot()

/** ` (not to be had: …)` behind the name of a suite, or nothing. */
export const lackingInName = inNameOfSuite(postgresLacking)

const run = promisify(execFile)

const fresh = ['-U', 'almanac', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']

const settings = ['max_connections=200', 'shared_buffers=64MB', 'max_wal_size=256MB']
const lasting = {
  // What a killed server has acknowledged is with the system all the same.
  'through a kill': ['fsync=off', 'full_page_writes=off'],
  // As PostgreSQL is by default: what figures have to be taken with.
  'through a power cut': [],
} as const

// A test that fails before it stops its server must not leave it running.
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGQUIT')))

/**
 * Starts one. `lasts`: through what, once it is acknowledged; tests need not wait for a disk. `further`: settings, as
 * `name=value`.
 */
export async function startPostgres(
  lasts: keyof typeof lasting = 'through a kill',
  further: readonly string[] = [],
): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-postgres-'))
  if (isRoot()) chownSync(folder, idOf('-u'), idOf('-g'))
  const data = join(folder, 'data')
  const init = asItsUser(join(binaries(), 'initdb'), ['-D', data, ...fresh])
  await run(init.command, init.args, { cwd: folder })
  const port = await freePort()
  let server: ChildProcess | undefined
  let ended = Promise.resolve()
  let made = 0

  const urlOf = (database: string): string => `postgresql://almanac@127.0.0.1:${port}/${database}`

  async function administer(statement: string, database = 'postgres'): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ connectionString: urlOf(database) })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(statement)).rows as Record<string, unknown>[]
    } finally {
      await client.end()
    }
  }

  async function start(): Promise<void> {
    const options = [
      ...settings,
      ...lasting[lasts],
      ...further,
      `port=${port}`,
      `unix_socket_directories=${folder}`,
      'listen_addresses=127.0.0.1',
    ]
    const { command, args } = asItsUser(join(binaries(), 'postgres'), [
      '-D',
      data,
      ...options.flatMap((option) => ['-c', option]),
    ])
    const deadline = performance.now() + 30_000
    for (;;) {
      const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
      let said = ''
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
      running.add(child)
      ended = new Promise((resolve) => {
        child.once('exit', () => {
          running.delete(child)
          resolve()
        })
      })
      server = child
      while (running.has(child)) {
        if (
          await administer('select 1').then(
            () => true,
            () => false,
          )
        )
          return
        if (performance.now() > deadline) throw new Error(`PostgreSQL did not start:\n${said}`)
        await setTimeout(50)
      }
      // After a SIGKILL its children may still be ending: until then it doesn't start.
      if (performance.now() > deadline) throw new Error(`PostgreSQL did not start:\n${said}`)
      await setTimeout(100)
    }
  }

  async function stop(how: 'fast' | 'immediate' | 'kill'): Promise<void> {
    server?.kill(({ fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const)[how])
    await ended
  }

  await start()
  return {
    port,
    pid: () => server?.pid ?? 0,
    urlOf,
    async createDatabase(template) {
      const name = `test_${(made += 1)}`
      await administer(`create database ${name}${template === undefined ? '' : ` template ${template}`}`)
      return urlOf(name)
    },
    async dropDatabase(url) {
      await administer(`drop database ${new URL(url).pathname.slice(1)} with (force)`)
    },
    run: administer,
    async cutConnections() {
      const rows = await administer(
        `select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      )
      return rows.length
    },
    stop,
    start,
    async remove() {
      await stop('immediate')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function whyNot(): string | null {
  if (process.platform === 'win32') return 'PostgreSQL is not started on Windows by these tests'
  if (findBinaries() === undefined) return 'no initdb on this machine; on Debian: apt-get install postgresql'
  try {
    if (isRoot()) idOf('-u')
  } catch {
    return 'PostgreSQL refuses to run as root, and there is no user postgres'
  }
  return null
}

/** Debian keeps them out of the path, a folder for each version. */
function findBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb')))
}

/** The folder of its programs, `pg_dump` among them. */
export function binaries(): string {
  const found = findBinaries()
  if (found === undefined) throw new Error('PostgreSQL is not to be had')
  return found
}

/** It refuses to run as root. */
function asItsUser(command: string, args: readonly string[]): { readonly command: string; readonly args: string[] } {
  if (!isRoot()) return { command, args: [...args] }
  return { command: 'setpriv', args: ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args] }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
}

import { execFile } from 'node:child_process'
import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient, type AlmanacClient } from '@almanac/client'
import { readSettings, startServer, type RunningServer, type Settings } from '@almanac/server'
import { pino } from 'pino'
import { createAccount } from '../../packages/server/src/access/create-account.ts'
import { createClient as registerClient } from '../../packages/server/src/access/create-client.ts'
import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import { serverItself } from '../../packages/server/src/kernel/audit-entry.ts'
import { randomId } from '../../packages/server/src/kernel/ids.ts'

/** A line of the server's log, as far as benchmarks look at it. `time` in epoch milliseconds. */
export interface LogLine {
  readonly time: number
  readonly msg: string
  readonly reportId?: string
}

export interface BenchServer {
  readonly server: RunningServer
  readonly settings: Settings
  readonly client: AlmanacClient
  readonly accountId: string
  /** Resolves when both lines about this report have come, with the milliseconds between them. */
  durationOf(reportId: string): Promise<number>
  /** The line `msg` number `count` from the start, when it has come. */
  line(msg: string, count: number): Promise<LogLine>
  close(): Promise<void>
}

export interface BenchServerOptions {
  readonly settings?: Parameters<typeof readSettings>[0]['overrides']
  /** Makes the database that it starts with: a file that isn't there yet. */
  readonly fill?: (databaseFile: string) => Promise<void>
}

const work = join(import.meta.dirname, '../work')

/** Sample data, made once and kept in `bench/work`. */
export async function sampleFolder(usageRows: number, accounts = 1): Promise<string> {
  const outFolder = join(work, `datasets-${usageRows}${accounts === 1 ? '' : `-${accounts}`}`)
  const there = await access(join(outFolder, 'sample.json')).then(
    () => true,
    () => false,
  )
  if (!there) {
    console.log(`Making sample data: ${usageRows} rows of usage …`)
    const command = join(import.meta.dirname, '../../packages/cli/bin/almanac.mjs')
    // In a process of its own: what it takes of memory is not the server's.
    const flags = ['--rows', `${usageRows}`, '--accounts', `${accounts}`, '--out', outFolder]
    await promisify(execFile)(process.execPath, [command, 'sample', ...flags])
  }
  return outFolder
}

/** The whole server in this process (its engines in theirs), on a fresh data folder, and a client of the account. */
export async function startBenchServer(
  datasetsFolder: string,
  accountId: string,
  { settings: changes = {}, fill = async () => undefined }: BenchServerOptions = {},
): Promise<BenchServer> {
  const dataFolder = join(work, 'data')
  await rm(dataFolder, { recursive: true, force: true })
  await mkdir(dataFolder, { recursive: true })
  await fill(join(dataFolder, 'almanac.db'))
  const settings = readSettings({
    file: null,
    environment: {},
    overrides: {
      dataFolder,
      datasetsFolder,
      'listen.port': 0,
      // One client is the whole load, as fast as it can.
      'limits.requestsPerMinutePerClient': 10_000_000,
      'limits.requestsPerMinutePerAddress': 10_000_000,
      ...changes,
    },
    isTerminal: false,
  })
  const heard: LogLine[] = []
  let changed = Promise.withResolvers<void>()
  // Lines are written the way the product writes them. Those of requests, ten thousand a second, nobody looks at.
  const written = pino.destination({ dest: '/dev/null', sync: false })
  const sink = {
    write(line: string) {
      written.write(line)
      if (line.includes('"msg":"request"')) return
      heard.push(JSON.parse(line) as LogLine)
      changed.resolve()
      changed = Promise.withResolvers()
    },
  }
  const server = await startServer(settings, pino({ level: 'info' }, sink))
  const deps = { clients: server.clients, clock: systemClock, newId: randomId }
  await createAccount(deps, serverItself, { id: accountId, name: 'Bench' })
  const { client, secret } = await registerClient(deps, serverItself, {
    accountId,
    name: 'Bench',
    roles: ['Reports.ReadWrite'],
  })

  const find = (reportId: string, msg: string): LogLine | undefined =>
    heard.find((line) => line.reportId === reportId && line.msg === msg)
  return {
    server,
    settings,
    accountId,
    client: createClient({
      baseUrl: `${server.url}/insights/v1.1/cmp`,
      tokenUrl: `${server.url}/${server.tenantId}/oauth2/token`,
      clientId: client.id,
      clientSecret: secret,
    }),
    async durationOf(reportId) {
      for (;;) {
        const [started, completed] = [find(reportId, 'execution started'), find(reportId, 'execution completed')]
        if (started !== undefined && completed !== undefined) return completed.time - started.time
        if (find(reportId, 'execution failed') !== undefined) throw new Error(`The execution of ${reportId} failed`)
        await changed.promise
      }
    },
    async line(msg, count) {
      let [lookedAt, found] = [0, 0]
      for (;;) {
        for (const line of heard.slice(lookedAt)) {
          lookedAt += 1
          if (line.msg === msg) found += 1
          if (found === count) return line
        }
        await changed.promise
      }
    },
    async close() {
      await server.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

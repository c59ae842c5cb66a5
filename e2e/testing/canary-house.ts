import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { readSettings, startServer } from '@almanac/server'
import { pino } from 'pino'
import { createAccount } from '../../packages/server/src/access/create-account.ts'
import { createClient } from '../../packages/server/src/access/create-client.ts'
import { runSql } from '../../packages/server/src/engines/duckdb/testing/small-dataset.ts'
import { serverItself } from '../../packages/server/src/kernel/audit-entry.ts'
import { randomId } from '../../packages/server/src/kernel/ids.ts'
import { createFakeClock, type FakeClock } from '../../packages/server/src/kernel/testing/fake-clock.ts'
import { salesTypes } from '../../packages/query/test/sales-world.ts'
import { requestToken } from './call.ts'
import type { DemoAnnouncement } from './demo-process.ts'

/** A row of the sales dataset: column → value as SQL writes it. What is left out is NULL. */
export type SqlRow = Readonly<Record<string, string>>

/**
 * The whole server in this process over rows of the test's own: database, worker, courier, engine, metrics, HTTP. All
 * that leaves it is kept: its log at the finest level, its metrics, and what it sends to receivers.
 */
export interface CanaryHouse {
  readonly clock: FakeClock
  readonly url: string
  readonly log: () => string
  /** Resolves when the log has `count` lines with this message. */
  logged(msg: string, count: number): Promise<void>
  readonly metrics: () => Promise<string>
  /** What receivers of callbacks got: address, headers and body of each. */
  readonly callbacks: readonly string[]
  readonly receiver: string
  /** A token of an account's client. */
  token(account: string): Promise<string>
  close(): Promise<void>
}

/** Starts it with one client for each of the accounts. */
export async function openCanaryHouse(
  startAt: number,
  accounts: readonly string[],
  rows: readonly SqlRow[],
): Promise<CanaryHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-canaries-'))
  await mkdir(join(folder, 'catalog/cmp'), { recursive: true })
  await writeFile(join(folder, 'catalog/cmp/Sales.yaml'), salesYaml)
  await mkdir(join(folder, 'datasets/Sales'), { recursive: true })
  await runSql(salesSql(rows, join(folder, 'datasets/Sales/rows.parquet')))

  const callbacks: string[] = []
  const receiver = createServer((request, answer) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      callbacks.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}\n${body}`)
      answer.end()
    })
  })
  const port = await listen(receiver)
  const probe = createServer()
  const metricsPort = await listen(probe)
  probe.close()

  const settings = readSettings({
    file: null,
    environment: {},
    overrides: {
      dataFolder: join(folder, 'data'),
      datasetsFolder: join(folder, 'datasets'),
      catalogFolder: join(folder, 'catalog'),
      'callbacks.allowHttp': true,
      'callbacks.allowedHosts': '127.0.0.1',
      'limits.requestsPerMinutePerClient': 0,
      'limits.requestsPerMinutePerAddress': 0,
      'limits.previewRows': 10_000,
      'metrics.port': metricsPort,
      'engine.threads': 2,
      'listen.port': 0,
    },
    isTerminal: false,
  })
  const clock = createFakeClock(startAt)
  let log = ''
  let changed = Promise.withResolvers<void>()
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString()
      changed.resolve()
      changed = Promise.withResolvers()
      done()
    },
  })
  const server = await startServer(settings, pino({ level: 'debug' }, sink), { clock })
  const deps = { clients: server.clients, clock, newId: randomId }
  const clients: DemoAnnouncement['clients'][number][] = []
  for (const account of accounts) {
    await createAccount(deps, serverItself, { id: account, name: 'Account' })
    const { client, secret } = await createClient(deps, serverItself, {
      accountId: account,
      name: 'Client',
      roles: ['Reports.ReadWrite'],
    })
    clients.push({ account, clientId: client.id, clientSecret: secret })
  }
  const announcement = { url: server.url, tenantId: server.tenantId, program: 'cmp', clients, pid: process.pid }
  return {
    clock,
    url: server.url,
    log: () => log,
    async logged(msg, count) {
      while (log.split(`"msg":"${msg}"`).length <= count) await changed.promise
    },
    async metrics() {
      return (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    },
    callbacks,
    receiver: `http://127.0.0.1:${port}/ready`,
    token: (account) =>
      requestToken(
        announcement,
        clients.findIndex((client) => client.account === account),
      ),
    async close() {
      await server.close()
      receiver.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function salesSql(rows: readonly SqlRow[], path: string): string {
  const names = Object.keys(salesTypes)
  const values = rows.map((row) => `(${names.map((name) => row[name] ?? 'NULL').join()})`)
  const declared = Object.entries(salesTypes).map(([name, type]) => `"${name}" ${type}`)
  return `CREATE TABLE sales (${declared.join()}); INSERT INTO sales VALUES ${values.join()};
    COPY sales TO '${path}' (FORMAT parquet)`
}

/** The sales dataset, for which queries are made up, as a catalog file. */
const salesYaml = `
name: Sales
title: Sales
description: Sales of everybody
origin: ours
nameAliases: [SalesV1]
source: { format: parquet, pattern: Sales/*.parquet }
minimumRecurrenceIntervalHours: 1
accountColumn: Owner
dateColumn: Day
dateRanges: [TODAY, YESTERDAY, LAST_7_DAYS, LAST_MONTH, LAST_6_MONTHS, LAST_1_YEAR, LIFETIME]
columns:
  - { name: Name, type: string }
  - { name: City, type: string }
  - { name: Quantity, type: integer }
  - { name: Price, type: decimal }
  - { name: Weight, type: decimal }
  - { name: IsPaid, type: boolean, booleanForms: ['0', '1'] }
  - { name: IsNew, type: boolean, booleanForms: ['No', 'Yes'] }
  - { name: IsOpen, type: boolean, booleanForms: ['False', 'True'] }
  - { name: Day, type: date }
  - { name: At, type: timestamp }
  - { name: Secret, type: string, hidden: true }
  - { name: Owner, type: string, hidden: true }
metrics:
  - { name: TotalPrice, aggregate: sum(Price) }
  - { name: TotalWeight, aggregate: sum(Weight) }
  - { name: MeanWeight, aggregate: avg(Weight) }
  - { name: TotalQuantity, aggregate: sum(Quantity) }
  - { name: Largest, aggregate: max(Quantity) }
  - { name: 'Cheapest(USD)', aggregate: min(Price) }
  - { name: Orders, aggregate: count(Name) }
  - { name: Customers, aggregate: countDistinct(Name) }
columnAliases: { Units: Quantity, Cost: Price, Total: TotalPrice, Legacy: Secret }
`

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { call, pollExecutions, requestToken } from '../../e2e/testing/call.ts'
import { makeCertificate } from '../../packages/server/src/access/testing/make-certificate.ts'
import { freePort } from '../../packages/server/src/kernel/testing/free-port.ts'
import { removeFolder, root } from '../../e2e/testing/almanac-process.ts'
import { startDemoProcess, type DemoProcess } from '../../e2e/testing/demo-process.ts'

/** A real server with data, clients of every role, and objects of every kind, to be fuzzed. */
export interface World {
  readonly server: DemoProcess
  /** A file of all that the hooks need to know: addresses, clients, ids, values. */
  readonly file: string
  readonly folder: string
  /** The figures of the server's own metrics endpoint. */
  metrics(): Promise<string>
  close(): Promise<void>
}

interface Client {
  readonly clientId: string
  readonly clientSecret: string
}

const base = '/insights/v1.1/cmp'

/** Texts that answer, that answer nothing, that use extensions, and that are wrong. */
const queries = [
  'SELECT OfferName, AssetId FROM ISVOrder',
  "SELECT OfferName, OrderPurchaseDate, Quantity FROM ISVOrder WHERE OrderStatus = 'Active' TIMESPAN LAST_3_MONTHS",
  'SELECT DISTINCT OfferName FROM ISVOrder ORDER BY OfferName ASC LIMIT 3 TIMESPAN LIFETIME',
  "SELECT OfferName, NormalizedUsage FROM ISVUsage WHERE OfferName LIKE '%a%' TIMESPAN LAST_1_YEAR",
  'SELECT OfferName, ActiveInstances FROM ISVVMImageVersion WHERE ActiveInstances > 1 TIMESPAN LIFETIME',
  'SELECT * FROM ISVCustomer LIMIT 5',
  "SELECT OfferName FROM ISVOrder WHERE OfferName = 'x' OR NOT (Quantity BETWEEN 1 AND 3) TIMESPAN LAST_1_YEAR",
  "SELECT OfferName FROM ISVOrder WHERE OfferName = '",
  'SELECT Nothing FROM ISVOrder',
  'SELECT FROM',
]

/**
 * Starts the server. Its limits of requests are far away, so that they keep nobody from the code behind them, but there,
 * so that their headers are checked; and who asks says where from, so that pauses after wrong secrets hit whoever sent them.
 */
export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-fuzz-'))
  const data = join(folder, 'data')
  const receiver = await openReceiver()
  const metricsPort = await freePort()
  const settings = {
    'log.level': 'debug',
    'metrics.port': metricsPort,
    'clock.movable': true,
    'listen.trustProxy': '127.0.0.1',
    'limits.requestsPerMinutePerClient': 10_000_000,
    'limits.requestsPerMinutePerAddress': 10_000_000,
    'limits.executeNowPerHour': 1_000_000,
    'limits.activeReportsPerClient': 1_000_000,
    'limits.queriesPerClient': 1_000_000,
    'limits.queuedExports': 1_000_000,
    'callbacks.allowHttp': true,
    'callbacks.allowedHosts': '127.0.0.1',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const server = await startDemoProcess(data, ['--rows', '2000', '--accounts', '3', ...options])
  const [writer, stranger] = server.clients
  if (writer === undefined || stranger === undefined) throw new Error('a demo server has clients of two accounts')
  const addClient = async (name: string, account: string, ...flags: readonly string[]): Promise<Client> => {
    const command = [join(root, 'packages/cli/bin/almanac.mjs'), 'client', 'add', '--data', data, '--json']
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...command,
      '--account',
      account,
      '--name',
      name,
      ...flags,
    ])
    return JSON.parse(stdout) as Client
  }
  const admin = await addClient('fuzz admin', writer.account, '--admin')
  const reader = await addClient('fuzz reader', writer.account, '--read-only')
  // An account and a client that nobody asks as: they may be disabled, changed and taken away.
  await promisify(execFile)(process.execPath, [
    join(root, 'packages/cli/bin/almanac.mjs'),
    'account',
    'add',
    'spare',
    '--name',
    'spare',
    '--data',
    data,
  ])
  const spare = await addClient('fuzz spare', 'spare')
  // Asks for tokens, with wrong secrets too; disabled by nobody.
  const login = await addClient('fuzz login', writer.account)
  const certificates = [1, 2, 3].map(() => {
    const { der, pem } = makeCertificate({ validFromAt: Date.UTC(2020), expiresAt: Date.UTC(2049) })
    return { pem, thumbprint: createHash('sha256').update(der).digest('base64url') }
  })

  const url = receiver.url
  const { ids, links } = await makeObjects(server, url)
  const file = join(folder, 'world.json')
  const world = {
    url: server.url,
    tenantId: server.tenantId,
    audience: 'https://api.partnercenter.microsoft.com',
    receiver: url,
    clients: { admin, reader, writer, stranger, login },
    accounts: [writer.account, stranger.account],
    spare: { ...spare, accountId: 'spare' },
    queries,
    datasets: ['ISVOrder', 'ISVUsage', 'ISVVMImageVersion', 'ISVOfferRetention'],
    certificates,
    ids,
    // The first has run, and has a file.
    keptReport: ids['reportId']?.[0],
    links,
    mostLoads: 25,
    load: { program: 'cmp', dataset: 'ISVVMImageVersion', csv: machineRows(writer.account) },
  }
  await writeFile(file, JSON.stringify(world))
  return {
    server,
    file,
    folder,
    async metrics() {
      return (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    },
    async close() {
      await server.stop('SIGTERM')
      receiver.server.close()
      await removeFolder(folder)
    },
  }
}

/** Queries, reports that wait and that have run, executions, a file behind a link, a callback. */
async function makeObjects(server: DemoProcess, receiver: string) {
  const token = await requestToken(server)
  const ids: Record<string, string[]> = {}
  const links: string[] = []
  const keep = (record: Readonly<Record<string, unknown>>): void => {
    for (const [key, value] of Object.entries(record)) {
      if (key.endsWith('Id') && typeof value === 'string') (ids[key] ??= []).push(value)
    }
  }
  const make = async (path: string, fields: object): Promise<Readonly<Record<string, unknown>>> => {
    const { body } = await call(server, token, 'POST', `${base}${path}`, JSON.stringify(fields))
    const [made] = body.value
    if (made === undefined) throw new Error(`${path} made nothing: ${JSON.stringify(body)}`)
    keep(made)
    return made
  }
  for (const [index, Query] of queries.slice(0, 6).entries()) {
    const { queryId } = await make('/ScheduledQueries', { Name: `query ${index}`, Query })
    const schedule =
      index % 2 === 0
        ? { ExecuteNow: true, CallbackUrl: receiver }
        : { StartTime: '2030-01-01T00:00:00Z', RecurrenceInterval: 24, RecurrenceCount: 3 }
    const { reportId } = await make('/ScheduledReport', {
      ReportName: `report ${index}`,
      QueryId: queryId,
      ...schedule,
    })
    if (index % 2 === 1) continue
    const path = `${base}/ScheduledReport/execution/${String(reportId)}`
    const { body } = await pollExecutions(server, token, path, ({ status }) => status === 200)
    for (const execution of body.value) {
      keep(execution)
      links.push(String(execution['reportAccessSecureLink']))
    }
    const callbacks = `${base}/ScheduledReport/callback/${String(reportId)}`
    const { body: sent } = await pollExecutions(server, token, callbacks, ({ status }) => status === 200)
    for (const callback of sent.value) keep(callback)
  }
  return { ids, links }
}

function machineRows(account: string): string {
  const columns = [
    ['MonthStartDate', '2026-05-01'],
    ...['OfferId', 'OfferName'].map((name) => [name, 'loaded']),
    ['OfferType', 'vm core image'],
    ...['SKU', 'VMImageVersion', 'VMSize', 'CloudInstanceName', 'CustomerId', 'CustomerCompanyName'].map((name) => [
      name,
      'loaded',
    ]),
    ['CustomerCountry', 'Norway'],
    ['PublisherAccountId', account],
    ['VirtualMachineId', 'one'],
  ]
  return `${columns.map(([name]) => name).join()}\n${columns.map(([, value]) => value).join()}\n`
}

/** Takes callbacks: most of them at once, one of three with a 500. */
async function openReceiver(): Promise<{ readonly server: Server; readonly url: string }> {
  let taken = 0
  const server = createServer((request, answer) => {
    request.resume()
    taken += 1
    answer.writeHead(taken % 3 === 0 ? 500 : 200).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ready` }
}

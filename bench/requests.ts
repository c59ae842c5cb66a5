// Requests per second of GET execution (token, store, signed link) against a bare Fastify route that gives an answer of
// the same size, in turn, with the load from a process of its own.
//
//   npm run bench:requests          5 pairs of 5 seconds, 32 connections
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fastify } from 'fastify'
import { sampleFolder, startBenchServer } from './testbed/bench-server.ts'
import { publish, shown, spread } from './testbed/figures.ts'
import { rateOf } from './testbed/rate-of.ts'

const pairs = Number(process.argv[2] ?? 5)
const seconds = Number(process.argv[3] ?? 5)

const datasetsFolder = await sampleFolder(20_000)
const sample = JSON.parse(await readFile(join(datasetsFolder, 'sample.json'), 'utf8')) as { accounts: { id: string }[] }
const bench = await startBenchServer(datasetsFolder, sample.accounts[0]?.id ?? '')
const { client } = bench

const { query } = await client.queries.create({ name: 'bench', query: 'SELECT OrderId FROM ISVOrder' })
const { report } = await client.reports.create({ reportName: 'bench', queryId: query.queryId, executeNow: true })
await bench.durationOf(report.reportId)

const url = `${bench.server.url}/insights/v1.1/cmp/ScheduledReport/execution/${report.reportId}`
const token = await client.accessToken()
const answer = await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text()

const bareApp = fastify()
const body = JSON.parse(answer) as object
bareApp.get('/bare', async () => body)
const bareUrl = `${await bareApp.listen({ host: '127.0.0.1', port: 0 })}/bare`

const almanac: number[] = []
const bare: number[] = []
for (let pair = 0; pair <= pairs; pair++) {
  const bareRate = await rateOf(bareUrl, token, seconds)
  const almanacRate = await rateOf(url, token, seconds)
  // The first pair warms both up.
  if (pair === 0) continue
  bare.push(bareRate)
  almanac.push(almanacRate)
  console.log(`pair ${pair}: GET execution ${Math.round(almanacRate)}/s, bare route ${Math.round(bareRate)}/s`)
}
await bareApp.close()
await bench.close()

const ratios = almanac.map((rate, index) => rate / (bare[index] ?? 1))
await publish(
  'requests',
  [
    `GET execution, ${answer.length} bytes: ${shown(spread(almanac), 'requests/s')}`,
    `bare Fastify route, the same answer: ${shown(spread(bare), 'requests/s')}`,
    `ratio, pair by pair: ${shown(spread(ratios), '×')}   aim ≥ 0.5`,
  ],
  { answerBytes: answer.length, perSecond: spread(almanac), barePerSecond: spread(bare), ratio: spread(ratios) },
)

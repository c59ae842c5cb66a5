import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, pollExecutions, requestToken } from './testing/call.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'

const base = '/insights/v1.1/cmp'
// The whole of the largest dataset, sorted by a column it isn't stored by: the run lasts long enough to be hit.
const query =
  'SELECT UsageDate, OfferName, SKU, CustomerName, CustomerCompanyName, UsageReference, PriceCC FROM ISVUsage ORDER BY UsageReference TIMESPAN LAST_3_YEARS'
const options = ['--rows', '150000']

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-crash-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function createReport(server: DemoProcess, token: string, name: string): Promise<string> {
  const created = await call(
    server,
    token,
    'POST',
    `${base}/ScheduledQueries`,
    JSON.stringify({ Name: name, Query: query }),
  )
  const report = await call(
    server,
    token,
    'POST',
    `${base}/ScheduledReport`,
    JSON.stringify({ ReportName: name, QueryId: created.body.value[0]?.queryId, ExecuteNow: true }),
  )
  expect(report.status).toBe(200)
  return String(report.body.value[0]?.reportId)
}

describe('a server killed in the middle of a run', () => {
  test('completes every acknowledged run after its restart, once, and serves nothing half-written', async () => {
    // Deterministic moments of death, spread over a run: before the claim, in the engine, while publishing, after.
    const deathsAfterMs = [0, 40, 120, 250, 400, 600]
    const reportIds: string[] = []
    for (const deathAfterMs of deathsAfterMs) {
      const server = await startDemoProcess(folder, options)
      const token = await requestToken(server)
      reportIds.push(await createReport(server, token, `killed after ${deathAfterMs} ms`))
      await new Promise((resolve) => setTimeout(resolve, deathAfterMs))
      await server.stop('SIGKILL')
    }

    const server = await startDemoProcess(folder, options)
    const token = await requestToken(server)
    const digests = new Set<string>()
    for (const reportId of reportIds) {
      const path = `${base}/ScheduledReport/execution/${reportId}`
      const { body } = await pollExecutions(server, token, path, (answer) => answer.status === 200)
      expect(body.value).toHaveLength(1)
      const execution = body.value[0]!
      const file = Buffer.from(await (await fetch(String(execution.reportAccessSecureLink))).arrayBuffer())
      const manifest = (await (
        await fetch(`${String(execution.reportLocation)}/manifest`, { headers: { Authorization: `Bearer ${token}` } })
      ).json()) as { sha256: string; sizeBytes: number; rows: number }
      expect(file.byteLength).toBe(manifest.sizeBytes)
      expect(createHash('sha256').update(file).digest('hex')).toBe(manifest.sha256)
      expect(manifest.rows).toBeGreaterThan(10_000)
      digests.add(manifest.sha256)

      const all = await call(
        server,
        token,
        'GET',
        `${path}?executionStatus=Pending;Running;Paused;Completed;Failed&getLatestExecution=false`,
      )
      expect(all.body.value.map((each) => each.executionStatus)).toEqual(['Completed'])
    }
    // Each run has a reference time of its own, but within one day they look at the same rows: the same bytes.
    expect(digests.size).toBeLessThanOrEqual(2)
    expect(await server.stop('SIGTERM')).toBe(0)
    expect(server.output).toHaveLength(1)
  })
})

import { createHash } from 'node:crypto'
import { mkdtemp, readdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeFolder } from './testing/almanac-process.ts'
import { call, pollExecutions, requestToken } from './testing/call.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'
import { base, completed, createReport, saveQuery, type CompletedExecution } from './testing/steps.ts'

// The whole of the largest dataset, sorted by a column it isn't stored by: the run lasts long enough to be hit.
const query =
  'SELECT UsageDate, OfferName, SKU, CustomerName, CustomerCompanyName, UsageReference, PriceCC FROM ISVUsage ORDER BY UsageReference TIMESPAN LAST_3_YEARS'
// The shortest lease there is: what a dead server leaves is taken over three seconds later, not twenty.
const options = ['--rows', '150000', '--set', 'leaseSeconds=3']

interface Run {
  readonly server: DemoProcess
  readonly token: string
  readonly reportId: string
  /** Every file that lay in the folder of artifacts before there was this run. */
  readonly filesBefore: ReadonlySet<string>
}
/** A moment in the life of a run at which its server is killed. */
interface Death {
  readonly name: string
  readonly come: (run: Run) => Promise<unknown>
  /** Whether the run is certain to have been claimed, and not completed. */
  readonly within: boolean
}
const deaths: readonly Death[] = [
  { name: 'as soon as its report is acknowledged', come: async () => undefined, within: false },
  { name: 'as soon as it is seen to run', come: seenRunning, within: true },
  { name: 'as soon as its file is there', come: (run) => newFile(run, /^(staging|blobs)/, 0), within: true },
  { name: 'as soon as its file has bytes', come: (run) => newFile(run, /^(staging|blobs)/, 1), within: true },
  { name: 'as soon as its file is published', come: (run) => newFile(run, /^blobs/, 0), within: false },
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-crash-'))
})
afterAll(() => removeFolder(folder))

// Five servers die, and after each the next one waits for a lease to end.
describe('a server killed in the middle of a run', { timeout: 120_000 }, () => {
  test('completes every acknowledged run after its restart, once, and serves nothing half-written', async () => {
    const digests = new Set<string>()
    let interrupted: string | undefined
    for (const death of deaths) {
      const server = await startDemoProcess(folder, options)
      const token = await requestToken(server)
      // What the one before left is completed first: a run that takes its worker down three times is given up, rightly.
      if (interrupted !== undefined) digests.add(await expectWhole(server, token, interrupted))
      const queryId = await saveQuery(server, token, death.name, query)
      const filesBefore = new Set(await artifactFiles())
      interrupted = await createReport(server, token, death.name, queryId)
      await death.come({ server, token, reportId: interrupted, filesBefore })
      await server.stop('SIGKILL')
    }
    const server = await startDemoProcess(folder, options)
    const token = await requestToken(server)
    digests.add(await expectWhole(server, token, interrupted ?? ''))
    // Each run has a reference time of its own, but within one day they look at the same rows: the same bytes.
    expect(digests.size).toBeLessThanOrEqual(2)
    expect(await server.stop('SIGTERM')).toBe(0)
    expect(server.output).toHaveLength(1)

    const runs = storedRuns()
    expect(runs.map(({ name, status, artifacts }) => ({ name, status, artifacts }))).toEqual(
      deaths.map(({ name }) => ({ name, status: 'Completed', artifacts: 1 })),
    )
    // Claimed again: the first worker died between claiming it and completing it.
    const claimedAgain = runs.filter(({ claims }) => claims > 1).map(({ name }) => name)
    expect(claimedAgain).toEqual(expect.arrayContaining(deaths.filter(({ within }) => within).map(({ name }) => name)))

    // What was being written when a server died may lie there still; nothing that is served is one of these files.
    const abandoned = (await artifactFiles()).filter((path) => path.startsWith('staging'))
    for (const { blobKey, sizeBytes } of runs) {
      expect(abandoned).not.toContain(join('staging', blobKey))
      const published = await stat(join(folder, 'artifacts/blobs', blobKey.slice(0, 2), blobKey))
      expect(published.size).toBe(sizeBytes)
    }
  })
})

async function seenRunning({ server, token, reportId }: Run): Promise<void> {
  const path = `${base}/ScheduledReport/execution/${reportId}?executionStatus=Running;Completed`
  await pollExecutions(server, token, path, ({ status }) => status === 200)
}

/** Waits until there is a file of the run, of so many bytes. */
async function newFile({ filesBefore }: Run, where: RegExp, leastBytes: number): Promise<void> {
  for (;;) {
    for (const path of await artifactFiles()) {
      if (filesBefore.has(path) || !where.test(path)) continue
      // It may be renamed while we look.
      const found = await stat(join(folder, 'artifacts', path)).catch(() => undefined)
      if (found?.isFile() && found.size >= leastBytes) return
    }
    await setImmediate()
  }
}

/** Paths of all files of artifacts, in the making (`staging/…`) or published (`blobs/…`); folders too. */
function artifactFiles(): Promise<readonly string[]> {
  return readdir(join(folder, 'artifacts'), { recursive: true })
}

/** Waits for a report's execution, and checks that there is one, with a whole file. Gives the file's digest. */
async function expectWhole(server: DemoProcess, token: string, reportId: string): Promise<string> {
  const execution: CompletedExecution = await completed(server, token, reportId)
  const file = Buffer.from(await (await fetch(execution.reportAccessSecureLink)).arrayBuffer())
  const manifest = (await (
    await fetch(`${execution.reportLocation}/manifest`, { headers: { Authorization: `Bearer ${token}` } })
  ).json()) as { sha256: string; sizeBytes: number; rows: number }
  expect(file.byteLength).toBe(manifest.sizeBytes)
  expect(createHash('sha256').update(file).digest('hex')).toBe(manifest.sha256)
  expect(manifest.rows).toBeGreaterThan(10_000)

  const every = 'executionStatus=Pending;Running;Paused;Completed;Failed&getLatestExecution=false'
  const all = await call(server, token, 'GET', `${base}/ScheduledReport/execution/${reportId}?${every}`)
  expect(all.body.value.map(({ executionStatus }) => executionStatus)).toEqual(['Completed'])
  return manifest.sha256
}

interface StoredRun {
  /** Of its report. */
  readonly name: string
  readonly status: string
  readonly claims: number
  readonly artifacts: number
  readonly blobKey: string
  readonly sizeBytes: number
}

/** Every execution that the database holds, oldest first, read past the server. */
function storedRuns(): readonly StoredRun[] {
  const database = new DatabaseSync(join(folder, 'almanac.db'), { readOnly: true })
  try {
    return database
      .prepare(
        `select r.name, e.status, e.claims, count(a.id) as artifacts, max(a.blob_key) as blobKey,
           max(json_extract(a.manifest, '$.sizeBytes')) as sizeBytes
         from executions e join reports r on r.id = e.report_id left join artifacts a on a.execution_id = e.id
         group by e.id order by e.scheduled_at`,
      )
      .all() as unknown as readonly StoredRun[]
  } finally {
    database.close()
  }
}

import { afterEach, beforeEach, expect, test } from 'vitest'
import { midnight, once, storeReport } from '../../executions/testing/a-report.ts'
import { openSqliteFile } from './open-sqlite-file.ts'
import { makeSqliteTestDatabase } from './testing/sqlite-test-database.ts'
import { restOf, startChild } from './testing/start-child.ts'

let database: Awaited<ReturnType<typeof makeSqliteTestDatabase>>

beforeEach(async () => {
  database = await makeSqliteTestDatabase()
})
afterEach(() => database.remove())

test('several servers that start at once on a new file make its schema once, and agree on what they are', async () => {
  const children = Array.from({ length: 4 }, () => startChild('open-and-close.ts', database.file))
  for (const { lines } of children) expect(await lines.next()).toEqual({ value: 'ready', done: false })
  for (const child of children) child.go()
  const said = await Promise.all(children.map(restOf))
  expect(await Promise.all(children.map(({ exited }) => exited))).toEqual([0, 0, 0, 0])
  expect(new Set(said.flat()).size).toBe(1)
  const file = await openSqliteFile(database.file)
  const versions = file.prepare('select version from schema_migrations order by version').all()
  expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1))
  file.close()
})

test('workers in several processes share the work: each execution is claimed once', async () => {
  const count = 200
  const stores = await database.connect()
  for (let index = 0; index < count; index += 1) {
    await storeReport(stores.reports, { id: `report-${index}`, schedule: once(midnight) })
  }
  const children = Array.from({ length: 3 }, () => startChild('claim-until-empty.ts', database.file, String(midnight)))
  for (const { lines } of children) expect(await lines.next()).toEqual({ value: 'ready', done: false })
  for (const child of children) child.go()
  const claimed = (await Promise.all(children.map(restOf))).flat()
  expect(await Promise.all(children.map(({ exited }) => exited))).toEqual([0, 0, 0])
  expect([claimed.length, new Set(claimed).size]).toEqual([count, count])
  await stores.close()
})

test('a server killed at any moment loses nothing it has acknowledged and leaves nothing half done', async () => {
  const acknowledged = new Set<string>()
  for (const [round, lines] of [1, 7, 30, 2, 101, 60].entries()) {
    const child = startChild('work-until-killed.ts', database.file, `round-${round}`)
    for (let count = 0; count < lines; count += 1) {
      const line = await child.lines.next()
      acknowledged.add(String(line.value))
    }
    child.kill()
    // What it said between our last look and its end counts as well.
    for (const line of await restOf(child)) acknowledged.add(line)
    expect(await child.exited).toBeNull()

    const file = await openSqliteFile(database.file)
    expect(file.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
    expect(file.prepare('pragma foreign_key_check').all()).toEqual([])
    file.close()
  }

  const stores = await database.connect()
  const page = { top: 100_000, after: null }
  const reports = (await stores.reports.list('account-1', 'cmp', {}, page)).items
  const reportIds = reports.map(({ id }) => id)
  const executions = await stores.executions.list('account-1', 'cmp', { reportIds, latestOnly: false })
  const completed = executions.filter(({ status }) => status === 'Completed')
  const kept = new Set([
    ...reportIds.map((id) => `created ${id}`),
    ...completed.map(({ reportId }) => `completed ${reportId}`),
  ])
  expect([...acknowledged].filter((line) => !kept.has(line))).toEqual([])

  expect(executions.map(({ reportId }) => reportId).sort()).toEqual(reportIds.sort())
  for (const { id, status, artifact, report } of executions) {
    const done = status === 'Completed'
    const owed = await stores.deliveries.find('account-1', id)
    expect([artifact !== null, owed.length, report.status]).toEqual(done ? [true, 1, 'Inactive'] : [false, 0, 'Active'])
  }
  await stores.close()
})

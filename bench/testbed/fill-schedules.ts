import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, openSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { hourMs, minuteMs } from '../../packages/server/src/kernel/hours.ts'
import type { Report } from '../../packages/server/src/reports/report.ts'
import { waitingExecutionRow } from '../../packages/server/src/stores/execution-row.ts'
import { openSqliteStores } from '../../packages/server/src/stores/open-sqlite-stores.ts'
import { newReportRow } from '../../packages/server/src/stores/report-row.ts'

/** One account has a tenth of all reports, the others have a hundred each. */
export const largeAccountId = 'account-large'

/** What a benchmark has to say of the reports. */
export interface ReportsToFill {
  readonly queryTextOf: (number: number) => string
  /** Who has all of them; many accounts of different size when nobody is named. */
  readonly owner?: { readonly accountId: string; readonly clientId: string }
  readonly callback?: Report['callback']
}

export const ordersOfAMonth: ReportsToFill = {
  queryTextOf: () => 'SELECT OrderDate, OrderId FROM Orders TIMESPAN LAST_MONTH',
}

/** Of all reports; hours. */
export const interval = 24
export const reportsOfOthers = 100
const reportsOfClient = 1_000

/**
 * Makes a database with so many active daily reports, each with the execution that waits: as the product would have
 * left it after creating them one by one during the last month, in seconds. None is due within the next hour.
 */
export async function fillSchedules(
  file: string,
  reports: number,
  wanted: ReportsToFill = ordersOfAMonth,
): Promise<void> {
  for (const end of ['', '-wal', '-shm']) await rm(`${file}${end}`, { force: true })
  // The product's own migrations.
  await (await openSqliteStores(file)).close()
  const database = new DatabaseSync(file)
  // Opened again by the product, it is durable again.
  database.exec('pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -2000000')
  const now = Date.now()
  const inserts = new Map<string, StatementSync>()
  const insert = (table: string, row: object): void => {
    const statement =
      inserts.get(table) ??
      database.prepare(
        `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.keys(row)
          .map(() => '?')
          .join(', ')})`,
      )
    inserts.set(table, statement)
    statement.run(...(Object.values(row) as SQLInputValue[]))
  }
  database.exec('begin')
  for (let number = 0; number < reports; number++) {
    const createdAt = now - 30 * interval * hourMs + Math.floor((number * 29 * interval * hourMs) / reports)
    const dueAt = now + hourMs + Math.floor(Math.random() * (interval - 1) * hourMs)
    const report = reportOfMany(number, { ...wanted, createdAt, firstAt: dueAt })
    const row = newReportRow(report)
    insert('reports', row)
    insert('executions', waitingExecutionRow(row, { executionId: randomUUID(), occurrence: 0, scheduledAt: dueAt }))
    insert('report_events', { report_id: report.id, at: createdAt, rank: 0, kind: 'created' })
  }
  database.exec('commit')
  database.close()
  // Or the kernel would write a gigabyte while the product waits for its own few pages.
  const written = openSync(file, 'r')
  fsyncSync(written)
  closeSync(written)
}

/** The report of this number, as if it had been created one by one with all others. */
export function reportOfMany(
  number: number,
  { queryTextOf, owner, callback, createdAt, firstAt }: ReportsToFill & Pick<Report, 'createdAt'> & { firstAt: number },
): Report {
  return {
    id: randomUUID(),
    ...(owner ?? ownerOf(number)),
    program: 'cmp',
    user: '100001',
    name: `Orders ${number}`,
    description: null,
    queryId: randomUUID(),
    queryText: queryTextOf(number),
    schedule: { kind: 'recurring', startAt: firstAt, firstAt, intervalHours: interval, count: null, endAt: null },
    format: 'csv',
    neutralizeFormulas: false,
    callback: callback ?? null,
    status: 'Active',
    createdAt,
    modifiedAt: null,
  }
}

function ownerOf(number: number): { accountId: string; clientId: string } {
  const isLarge = number % 10 === 0
  const accountId = isLarge ? largeAccountId : `account-${Math.floor(number / reportsOfOthers)}`
  const client = isLarge ? Math.floor(number / (10 * reportsOfClient)) : 0
  return { accountId, clientId: `client-of-${accountId}-${client}` }
}

/**
 * Moves the waiting executions of `count` reports, spread over all of them, so that one falls due every `everyMs` from
 * `beginAt`; with the grid of their reports, so that the occurrence that follows is a day later.
 */
export function makeDue(file: string, count: number, beginAt: number, everyMs: number): void {
  const database = new DatabaseSync(file, { timeout: minuteMs })
  const chosen = database
    .prepare('select id from reports where rowid in (select value from json_each(?))')
    .all(JSON.stringify(distinctNumbers(count, reportsIn(database))))
  const moveExecution = database.prepare(
    `update executions set scheduled_at = ?1, claimable_at = ?1 where report_id = ?2 and status = 'Pending' returning occurrence`,
  )
  const moveReport = database.prepare('update reports set first_at = ?, start_at = ? where id = ?')
  database.exec('begin immediate')
  for (const [place, { id = null }] of chosen.entries()) {
    const dueAt = beginAt + Math.round(place * everyMs)
    const occurrence = Number(moveExecution.get(dueAt, id)?.['occurrence'])
    const firstAt = dueAt - occurrence * interval * hourMs
    moveReport.run(firstAt, firstAt, id)
  }
  database.exec('commit')
  // What the worker then writes begins a log of its own: it would have paid for ours.
  database.exec('pragma wal_checkpoint(restart)')
  database.close()
}

/** Size of a database on disk with its log; bytes. */
export function databaseBytes(file: string): number {
  return ['', '-wal'].reduce((sum, end) => sum + (statSync(`${file}${end}`, { throwIfNoEntry: false })?.size ?? 0), 0)
}

function reportsIn(database: DatabaseSync): number {
  return Number(database.prepare('select max(rowid) as rows from reports').get()?.['rows'])
}

/** Different numbers from 1 to `last`, in random order. */
function distinctNumbers(count: number, last: number): readonly number[] {
  if (count > last) throw new Error(`${count} of ${last} reports can't be due, each once`)
  const numbers = new Set<number>()
  while (numbers.size < count) numbers.add(1 + Math.floor(Math.random() * last))
  return [...numbers]
}

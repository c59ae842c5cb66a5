import { randomUUID } from 'node:crypto'
import { hourMs } from '../../packages/server/src/kernel/hours.ts'
import { waitingExecutionRow } from '../../packages/server/src/stores/execution-row.ts'
import { openPostgresStores } from '../../packages/server/src/stores/open-postgres-stores.ts'
import type { TestPostgres } from '../../packages/server/src/stores/postgres/testing/start-postgres.ts'
import { newReportRow } from '../../packages/server/src/stores/report-row.ts'
import { rounded } from './figures.ts'
import { interval, largeAccountId, ordersOfAMonth, reportOfMany, reportsOfOthers } from './fill-schedules.ts'
import type { SchedulesDatabase } from './schedules-database.ts'

/** A statement, as the administrator of the database. */
type Run = (statement: string) => Promise<readonly Record<string, unknown>[]>

const connections = 10
const waitSeconds = 10

/** So many reports in a database of their own, made in it: a million in a minute or two. */
export async function postgresSchedules(
  postgres: TestPostgres,
  dataFolder: string,
  reports: number,
): Promise<SchedulesDatabase> {
  const url = await postgres.createDatabase()
  const openStores = () => openPostgresStores({ url, connections, waitSeconds })
  // The product's own migrations.
  await (await openStores()).close()
  const run: Run = (statement) => postgres.run(statement, new URL(url).pathname.slice(1))
  await fill(run, reports)
  // Statistics, and what a database that has stood for some time has done already.
  await run('vacuum analyze')
  await run('checkpoint')
  const [size] = await run('select pg_database_size(current_database()) as bytes')
  return {
    megabytes: rounded(Number(size?.['bytes']) / 1e6),
    settings: { dataFolder, 'database.url': url },
    openStores,
    makeDue: (count, beginAt, everyMs) => makeDue(run, count, beginAt, everyMs),
    remove: () => postgres.dropDatabase(url),
  }
}

/** The columns of one report as the product would write them, but for what each has of its own. */
async function fill(run: Run, reports: number): Promise<void> {
  const now = Date.now()
  const firstCreatedAt = now - 30 * interval * hourMs
  const report = newReportRow(reportOfMany(0, { ...ordersOfAMonth, createdAt: now, firstAt: now }))
  const account = `case when n % 10 = 0 then '${largeAccountId}' else 'account-' || n / ${reportsOfOthers} end`
  const ownOfReport = {
    id: 'gen_random_uuid()::text',
    account_id: account,
    client_id: `'client-of-' || ${account} || '-' || case when n % 10 = 0 then n / 10000 else 0 end`,
    query_id: 'gen_random_uuid()::text',
    name: `'Orders ' || n`,
    name_key: `'orders ' || n`,
    created_at: `${firstCreatedAt} + n * ${29 * interval * hourMs}::bigint / ${reports}`,
    first_at: 'due_at',
    start_at: 'due_at',
  }
  const dueAt = `${now + hourMs} + floor(random() * ${(interval - 1) * hourMs})::bigint`
  const numbers = `(select n, ${dueAt} as due_at from generate_series(0, ${reports - 1}) as n) as numbers`
  await insert(run, 'reports', report, ownOfReport, numbers)
  const execution = waitingExecutionRow(report, { executionId: randomUUID(), occurrence: 0, scheduledAt: now })
  const ownOfExecution = {
    id: 'gen_random_uuid()::text',
    report_id: 'r.id',
    account_id: 'r.account_id',
    scheduled_at: 'r.first_at',
    claimable_at: 'r.first_at',
  }
  await insert(run, 'executions', execution, ownOfExecution, 'reports as r')
  await insert(
    run,
    'report_events',
    { rank: 0, kind: 'created' },
    { report_id: 'r.id', at: 'r.created_at' },
    'reports as r',
  )
}

/** Rows of `from`: the values of `row`, and SQL for those of `own`. */
async function insert(
  run: Run,
  table: string,
  row: object,
  own: Readonly<Record<string, string>>,
  from: string,
): Promise<void> {
  const same = Object.entries(row).filter(([name]) => !(name in own))
  const columns = [...same.map(([name]) => name), ...Object.keys(own)]
  const values = [...same.map(([, value]) => literalOf(value)), ...Object.values(own)]
  await run(`insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from ${from}`)
}

function literalOf(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  return typeof value === 'number' ? String(value) : 'null'
}

async function makeDue(run: Run, count: number, beginAt: number, everyMs: number): Promise<void> {
  // By random places among the ids: as good as random reports, without reading all of them.
  const chosen = await run(
    `select distinct (select id from reports where id >= place order by id limit 1) as id
      from (select gen_random_uuid()::text as place from generate_series(1, ${20 * count})) as places limit ${count}`,
  )
  const dues = chosen.map(({ id }, place) => `(${literalOf(id)}, ${beginAt + Math.round(place * everyMs)}::bigint)`)
  if (dues.length < count) throw new Error(`${count} reports can't be due, each once`)
  const firstAt = `m.due_at - m.occurrence * ${interval * hourMs}::bigint`
  await run(
    `with due as (select * from (values ${dues.join(', ')}) as d (report_id, due_at)),
      moved as (
        update executions as e set scheduled_at = d.due_at, claimable_at = d.due_at from due as d
          where e.report_id = d.report_id and e.status = 'Pending' returning e.report_id, e.occurrence, d.due_at)
      update reports as r set first_at = ${firstAt}, start_at = ${firstAt} from moved as m where r.id = m.report_id`,
  )
}

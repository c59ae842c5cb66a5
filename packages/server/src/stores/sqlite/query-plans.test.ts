import { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { aCertificate, aClient, anAccount, anEntry, aSecret } from '../../access/testing/a-client.ts'
import { anArtifact } from '../../artifacts/testing/an-artifact.ts'
import { aDelivery } from '../../callbacks/testing/a-delivery.ts'
import { midnight, once, storeReport } from '../../executions/testing/a-report.ts'
import { aQuery } from '../../queries/testing/a-query.ts'
import type { Database } from '../database.ts'
import { migrate } from '../migrations/migrate.ts'
import { createStores } from '../stores.ts'
import type { Stores } from '../stores.ts'
import { openSqliteFile } from './open-sqlite-file.ts'
import { createSqliteDialect } from './sqlite-dialect.ts'

const lease = { token: 'lease', owner: 'worker', now: midnight, expiresAt: midnight + 1 }
const failure = { code: 'internal', message: 'No.' } as const
const after = { createdAt: midnight, id: 'x' }

/** Calls every method of every store, each optional condition included. */
async function useAll(stores: Stores): Promise<void> {
  const { queries, reports, executions, artifacts, deliveries, clients, keys, installation, idempotency } = stores
  await stores.strayLeases.end(1, 2)
  await installation.put('x', 'y')
  await installation.find('x')
  const keyed = { clientId: 'c', key: 'k', fingerprint: 'f', now: 9, leaseEndsAt: 10, forgetBeforeAt: 1 }
  await idempotency.begin(keyed)
  await idempotency.renew('c', 'k', 11)
  await idempotency.finish('c', 'k', '1')
  await idempotency.release('c', 'k')
  await installation.getOrSet('tenantId', 'x')
  await clients.putAccount(anAccount(), anEntry())
  await clients.insertClient(aClient(), { kind: 'secret', secret: aSecret() }, anEntry())
  await clients.changeClient('client-1', { roles: [], disabledAt: 1 }, anEntry())
  await clients.changeAccount('account-1', { disabledAt: null }, anEntry())
  await clients.findAccount('account-1')
  await clients.listClients(null)
  const { credentials, audit } = stores
  await credentials.listSecrets('client-1')
  await credentials.insertSecret(aSecret({ id: 'secret-2' }), { most: 2, now: 1 }, anEntry())
  await credentials.noteSecretUsed('secret-2', 1)
  await credentials.removeSecret({ clientId: 'client-1', id: 'secret-2', keepsOneAt: 1 }, anEntry())
  await credentials.listCertificates('client-1')
  await credentials.insertCertificate(aCertificate(), { most: 2, now: 1 }, anEntry())
  await credentials.noteCertificateUsed('client-1', 'sha256', 1)
  await credentials.removeCertificate({ clientId: 'client-1', id: 'sha256', keepsOneAt: 1 }, anEntry())
  await credentials.useAssertion({ clientId: 'client-1', id: 'x', endsAt: 2 }, 1)
  await credentials.useAssertion({ clientId: 'client-1', id: 'y', endsAt: 9 }, 3)
  await audit.append(anEntry())
  await audit.read(1, 9)
  await audit.head()
  await clients.findClient('client-1')
  await clients.listAccounts()
  await clients.listClients('account-1')
  const key = { id: 'k', purpose: 'link', material: '', createdAt: 1, signsFromAt: 1, endsAt: null } as const
  await keys.insertFirst(key)
  await keys.rotate({ ...key, id: 'l' }, { othersEndAt: 2, forgetBeforeAt: 1 }, anEntry('key.rotated'))
  await keys.list('link')
  await queries.insertWithin(aQuery(), 1)
  await queries.find('account-1', 'cmp', 'query-1')
  for (const filter of [{}, { id: 'x' }, { name: 'x' }]) {
    await queries.list('account-1', 'cmp', filter, { top: 9, after: null })
    await queries.list('account-1', 'cmp', filter, { top: 9, after })
  }
  await queries.delete('account-1', 'cmp', 'query-1')

  for (const id of ['r-1', 'r-2']) await storeReport(reports, { id, schedule: once(midnight) })
  await reports.find('account-1', 'cmp', 'r-1')
  for (const filter of [{}, { ids: ['x', 'y'] }, { name: 'x' }, { queryId: 'x' }]) {
    await reports.list('account-1', 'cmp', filter, { top: 9, after: null })
    await reports.list('account-1', 'cmp', filter, { top: 9, after })
  }
  await reports.change('account-1', 'cmp', 'r-1', {
    executionId: 'unused',
    activeReports: 9,
    decide: ({ report, waitingAt }) => ({ report, waitingAt, grid: 'same', event: null }),
  })
  await reports.events('account-1', 'cmp', 'r-1', { fromAt: 1, toAt: midnight, limit: 9 })
  await reports.forgetEvents(1, 9)
  const following = { executionId: 'next', occurrence: 1, scheduledAt: midnight + 9 }
  const claimed = await executions.claimDue(lease, () => following)
  const executionId = claimed?.id ?? ''
  await executions.countCompanions(executionId, 9)
  await executions.claimCompanions(executionId, lease, 9, () => following)
  await executions.nextDueAt()
  await executions.backlog(midnight)
  await executions.removeEnded(1, 9)
  await executions.claimDue({ ...lease, passOver: ['account-1', 'account-2'] }, () => undefined)
  await executions.renewLease(executionId, 'lease', midnight)
  await executions.claimDue(lease, () => undefined)
  const artifact = anArtifact({ executionId })
  await executions.complete(executionId, 'lease', { finishedAt: 1, artifact, delivery: aDelivery({ executionId }) })
  await executions.retryAt('r-2.0', 'lease', { at: midnight, retryAt: midnight, failure })
  await executions.claimDue(lease, () => undefined)
  await executions.handBack('r-2.0', 'lease', midnight)
  await executions.claimDue(lease, () => undefined)
  await executions.fail('r-2.0', 'lease', { finishedAt: midnight, failure, delivery: null })
  const filter = { reportIds: ['r-1', 'r-2'], executionIds: ['x'], statuses: ['Failed'], sinceAt: 1 } as const
  await executions.list('account-1', 'cmp', { reportIds: ['r-1', 'r-2'], latestOnly: false })
  await executions.list('account-1', 'cmp', { ...filter, latestOnly: true })
  await artifacts.withoutArtifact(['x'])
  await artifacts.findByExecution('account-1', executionId)
  await artifacts.findForLink('account-1', 'artifact-1')
  const delivery = await deliveries.claimDue(lease)
  await deliveries.backlog(midnight)
  await deliveries.list('account-1', { reportId: 'r-1', executionId: 'x' }, 9)
  await deliveries.findOne('account-1', 'x')
  await deliveries.sendAgain('account-1', 'delivery-1', { id: 'x', now: midnight })
  await deliveries.wasSentAgain('account-1', 'delivery-1', 'x')
  await deliveries.nextDueAt()
  const attempt = { startedAt: 1, durationMs: 1, responseStatus: 200, error: null }
  await deliveries.recordAttempt(delivery?.id ?? '', 'lease', attempt, { kind: 'delivered' })
  await deliveries.find('account-1', executionId)
  await deliveries.listAttempts('account-1', 'delivery-1')
}

/** The plan of each statement that the stores ran, by its text. */
async function plansOfAll(): Promise<ReadonlyMap<string, readonly string[]>> {
  const file = await openSqliteFile(':memory:')
  const texts = new Set<string>()
  const db = new Kysely<Database>({
    dialect: createSqliteDialect(file),
    log({ query }) {
      texts.add(query.sql)
    },
  })
  await migrate(db)
  texts.clear()
  await useAll(createStores(db, 'own'))
  const plans = new Map<string, readonly string[]>()
  for (const text of texts) {
    const parameters = Array.from(text.matchAll(/\?/g), () => 1)
    const steps = file.prepare(`explain query plan ${text}`).all(...parameters)
    plans.set(
      text,
      steps.map(({ detail }) => String(detail)),
    )
  }
  await db.destroy()
  return plans
}

test('no statement reads a whole table, but for the lists of accounts and of clients', async () => {
  const plans = await plansOfAll()
  expect(plans.size).toBeGreaterThan(30)
  const scans = [...plans].flatMap(([text, steps]) =>
    steps.filter((step) => step.startsWith('SCAN ')).map((step) => ({ step, text })),
  )
  // `found` and `(subquery-…)` are the rows that the list of executions has found by its index, `due` the due ones that
  // are counted up to a limit.
  // What runs, and the callbacks that are owed, are partial indexes with little in them.
  const expected =
    /^SCAN (accounts|clients USING INDEX clients_oldest|due|found|\(subquery-\d+\)|executions USING INDEX executions_running|callback_deliveries USING INDEX callback_deliveries_claimable)( |$)/
  expect(scans.filter(({ step }) => !expected.test(step))).toEqual([])
})

test('what is due is found by the index of claimable rows alone, without sorting: the future costs nothing', async () => {
  const plans = [...(await plansOfAll())]
  const planOf = (beginning: string, part: string) =>
    plans.find(([text]) => text.startsWith(beginning) && text.includes(part))?.[1]
  const siblings = ['CORRELATED SCALAR SUBQUERY 1', 'SEARCH sibling USING INDEX executions_running (report_id=?)']
  expect(planOf('update "executions"', '"claims" + ?')).toEqual([
    'SEARCH executions USING INDEX sqlite_autoindex_executions_1 (id=?)',
    'SCALAR SUBQUERY 2',
    'SEARCH e USING INDEX executions_claimable (claimable_at>? AND claimable_at<?)',
    ...siblings,
  ])
  expect(planOf('select min("e"."id")', 'executions')).toEqual([
    'SEARCH claimed USING INDEX sqlite_autoindex_executions_1 (id=?)',
    'SEARCH e USING INDEX executions_together (scan_key=? AND claimable_at=?)',
    'CORRELATED SCALAR SUBQUERY 1',
    'SEARCH sibling USING INDEX executions_running (report_id=?)',
  ])
  expect(planOf('select "e"."claimable_at"', 'executions')).toEqual([
    'SEARCH e USING INDEX executions_claimable (claimable_at>?)',
    ...siblings,
  ])
  expect(planOf('update "callback_deliveries"', 'order by')).toEqual([
    'SEARCH callback_deliveries USING INDEX sqlite_autoindex_callback_deliveries_1 (id=?)',
    'SCALAR SUBQUERY 1',
    'SEARCH next USING COVERING INDEX callback_deliveries_claimable (claimable_at<?)',
  ])
  expect(planOf('select "claimable_at" from "callback_deliveries"', '')).toEqual([
    'SEARCH callback_deliveries USING COVERING INDEX callback_deliveries_claimable (claimable_at>?)',
  ])
})

test('the quotas of a client are counted in their indexes', async () => {
  const plans = [...(await plansOfAll())]
  const counts = plans
    .filter(
      ([text]) => text.includes('"account_id"') && text.includes('client_id') && text.startsWith('select count(*)'),
    )
    .map(([, steps]) => steps)
  expect(counts).toEqual([
    ['SEARCH queries USING COVERING INDEX queries_of_client (account_id=? AND client_id=?)'],
    ['SEARCH reports USING COVERING INDEX reports_active (account_id=? AND client_id=?)'],
    ['SEARCH reports USING COVERING INDEX reports_once (account_id=? AND client_id=? AND created_at>?)'],
  ])
})

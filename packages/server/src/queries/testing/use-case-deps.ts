import { aClient, enrol } from '../../access/testing/a-client.ts'
import { smallCatalog, smallDataset, smallSystemQuery } from '../../datasets/testing/small-catalog.ts'
import type { ExecutionStore } from '../../executions/execution-store.ts'
import type { Owner } from '../../kernel/owner.ts'
import { createFakeClock } from '../../kernel/testing/fake-clock.ts'
import type { FakeClock } from '../../kernel/testing/fake-clock.ts'
import type { CreateReportDeps } from '../../reports/create-report.ts'
import { openSqliteStores } from '../../stores/open-sqlite-stores.ts'
import type { CreateQueryDeps } from '../create-query.ts'

/** Two clients of one account, and one of another. */
export const alice: Owner = { accountId: 'contoso', clientId: 'contoso-alice', user: '142344300' }
export const bob: Owner = { accountId: 'contoso', clientId: 'contoso-bob', user: '142344301' }
export const otherAccount: Owner = { accountId: 'fabrikam', clientId: 'fabrikam-carol', user: '142344302' }

/** What the use cases of `queries/` and `reports/` need: real stores, a clock that stands still, ids `id-1`, `id-2` … */
export interface UseCaseDeps extends CreateQueryDeps, CreateReportDeps {
  readonly clock: FakeClock
  readonly executions: ExecutionStore
  close(): Promise<void>
}

export async function openUseCaseDeps(): Promise<UseCaseDeps> {
  const stores = await openSqliteStores(':memory:')
  const clock = createFakeClock(Date.UTC(2026, 4, 9, 12))
  for (const { accountId, clientId, user } of [alice, bob, otherAccount]) {
    await enrol(stores.clients, aClient({ id: clientId, accountId, user }))
  }
  let lastId = 0
  return {
    catalog: smallCatalog(
      [smallDataset(), smallDataset({ program: 'mpn', name: 'Training', nameAliases: [] })],
      [
        smallSystemQuery(),
        smallSystemQuery({ id: 'q-totals', name: 'Totals', text: 'SELECT OrderId, TotalAmount FROM Orders' }),
      ],
    ),
    profile: 'open',
    queries: stores.queries,
    reports: stores.reports,
    executions: stores.executions,
    clock,
    newId: () => `id-${(lastId += 1)}`,
    queriesPerClient: 1_000,
    limits: {
      activeReportsPerClient: 1_000,
      executeNowPerHour: 600,
      queuedExports: 5_000,
      startLeadHours: 0,
      maximumIntervalHoursV1: 90,
      maximumScheduleHours: 175_200,
    },
    callbackPolicy: { allowHttp: false },
    close: () => stores.close(),
  }
}

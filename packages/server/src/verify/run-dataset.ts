import { checkQuery, compileQuery } from '@almanac/query'
import type { Relation } from '@almanac/query'
import type { CatalogDataset } from '../datasets/dataset.ts'
import { EngineError, type QueryEngine } from '../datasets/query-engine.ts'
import type { FileFindings } from './findings.ts'
import { groupsOf } from './groups-of.ts'

export interface RunDeps {
  readonly engine: QueryEngine
  readonly now: number
  readonly timeLimitMs: number
  readonly signal: AbortSignal
}

/**
 * Runs what clients will run: a query of all columns, of one account as they are, and one of all metrics, over the rows
 * of all accounts and times, so that an account whose sums overflow is not found out by itself.
 */
export async function runDataset(
  deps: RunDeps,
  dataset: CatalogDataset,
  relation: Relation,
  accountId: string,
  { complain }: FileFindings,
): Promise<void> {
  const textOf = (names: readonly string[]): string => `SELECT ${names.join(', ')} FROM ${dataset.name}`
  const columns = dataset.columns.filter(({ hidden }) => hidden !== true)
  for (const group of groupsOf(columns)) {
    const failure = await runText(deps, [dataset], relation, accountId, textOf(group.map(({ name }) => name)))
    if (failure !== undefined) complain(['columns'], `a query of these columns fails: ${failure}`)
  }
  const { accountColumn: _account, dateColumn: _date, defaultDateRange: _range, ...rest } = dataset
  const everyone: CatalogDataset = { ...rest, dateRanges: [] }
  for (const group of groupsOf(dataset.metrics)) {
    const all = await runText(deps, [everyone], relation, '', textOf(group.map(({ name }) => name)))
    if (all === undefined) continue
    for (const metric of group) {
      const failure = await runText(deps, [everyone], relation, '', textOf([metric.name]))
      const path = ['metrics', dataset.metrics.indexOf(metric), 'aggregate']
      if (failure !== undefined) complain(path, `${metric.name} can't be worked out: ${failure}`)
    }
  }
}

/** Runs a query for one row; gives why it failed, or `undefined`. */
export async function runText(
  { engine, now, timeLimitMs, signal }: RunDeps,
  datasets: readonly CatalogDataset[],
  relation: Relation,
  accountId: string,
  text: string,
): Promise<string | undefined> {
  const checked = checkQuery(text, { datasets, profile: 'partner-center' })
  if (!checked.ok) return checked.diagnostics[0]?.message
  const compiled = compileQuery(checked.query, { relation, accountId, referenceAt: now, rowLimit: 1 })
  try {
    await engine.preview(compiled, { timeLimitMs, signal })
    return undefined
  } catch (error) {
    if (!(error instanceof EngineError) || error.code === 'cancelled') throw error
    const [cause = ''] = error.cause instanceof Error ? error.cause.message.split('\n') : []
    return `${error.message} ${cause}`.trim()
  }
}

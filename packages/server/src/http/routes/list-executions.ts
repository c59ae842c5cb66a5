import { operations, type ApiVersion } from '@almanac/api'
import type { Artifact } from '../../artifacts/artifact.ts'
import { mintLink, type LinkAsker, type MintLinkDeps } from '../../artifacts/mint-link.ts'
import type { StoreLinks } from '../../artifacts/store-links.ts'
import type { ExecutionStatus, ExecutionView } from '../../executions/execution.ts'
import { listExecutions, nothingFoundSentence, type ListExecutionsDeps } from '../../executions/list-executions.ts'
import { AppError } from '../../kernel/app-error.ts'
import { mintStoreLink } from '../mint-store-link.ts'
import { operationRoute } from '../operation-route.ts'
import { envelope } from '../wire/envelope.ts'
import { executionItem, type FileAddress } from '../wire/execution-item.ts'
import { defaultTop, nextLink } from '../wire/next-link.ts'
import { pageOf } from '../wire/page-of.ts'
import { severalValues } from '../wire/several-values.ts'

export interface ListExecutionsRouteDeps extends ListExecutionsDeps {
  readonly links: MintLinkDeps
  /** Null where links lead to this server. */
  readonly storeLinks: StoreLinks | null
  readonly publicUrl: () => string
}

export const listExecutionsRoute = (deps: ListExecutionsRouteDeps) =>
  operationRoute(operations.listExecutions, async ({ version, params, query, url, network, caller }, reply) => {
    const { items, outcome } = await listExecutions(deps, caller(), {
      program: params.program,
      reportIds: severalValues(params.reportId) ?? [],
      executionIds: severalValues(query.executionId),
      statuses: severalValues(query.executionStatus)?.map(statusOf) ?? null,
      latestOnly: query.getLatestExecution ?? null,
    })
    const asker = { clientId: caller().clientId, network: network() }
    const top = query.$top ?? defaultTop
    const page = pageOf(items, top, query.$skipToken ?? null)
    const shown = await Promise.all(
      page.items.map(async (execution) =>
        executionItem(version, execution, await fileAddress(deps, asker, version, params.program, execution)),
      ),
    )
    const next = nextLink({ publicUrl: deps.publicUrl(), url, top }, page.nextCursor)
    if (outcome === 'found') return envelope(shown, null, { nextLink: next })
    // The documented 404, with what is waiting or running all the same: clients poll on it.
    reply.code(404)
    return {
      ...envelope(shown, nothingFoundSentence, { nextLink: next, statusCode: 404 }),
      error: { code: 'no_execution_yet', details: [] },
    }
  })

const statuses: readonly ExecutionStatus[] = ['Pending', 'Running', 'Paused', 'Completed', 'Failed']

function statusOf(text: string): ExecutionStatus {
  const status = statuses.find((known) => known.toLowerCase() === text.toLowerCase())
  if (status === undefined) {
    throw new AppError('unknown_value', { field: 'executionStatus', value: text, allowed: statuses })
  }
  return status
}

async function fileAddress(
  deps: ListExecutionsRouteDeps,
  asker: LinkAsker,
  version: ApiVersion,
  program: string,
  { id, artifact }: ExecutionView,
): Promise<FileAddress | null> {
  if (artifact === null) return null
  const { url, expiresAt } = await secureLink(deps, asker, artifact)
  const path = `/insights/${version}/${program}/ScheduledReport/artifact/${encodeURIComponent(id)}`
  return { location: deps.publicUrl() + path, secureLink: url, expiresAt }
}

async function secureLink(
  { links, storeLinks, publicUrl }: ListExecutionsRouteDeps,
  asker: LinkAsker,
  artifact: Artifact,
): Promise<{ readonly url: string; readonly expiresAt: number }> {
  if (storeLinks !== null) return mintStoreLink({ ...links, storeLinks }, artifact)
  const { path, expiresAt } = await mintLink(links, artifact, asker)
  return { url: publicUrl() + path, expiresAt }
}

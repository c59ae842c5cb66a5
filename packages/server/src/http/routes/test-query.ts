import { operations } from '@almanac/api'
import { AppError } from '../../kernel/app-error.ts'
import { previewQuery, type PreviewQueryDeps } from '../../queries/preview-query.ts'
import { operationRoute } from '../operation-route.ts'
import { untilGone } from '../until-gone.ts'
import { envelope } from '../wire/envelope.ts'
import { extensionDetails } from '../wire/extension-details.ts'
import { instantOrNull } from '../wire/instant-or-null.ts'

export const testQueryRoute = (deps: PreviewQueryDeps) =>
  operationRoute(operations.testQuery, async ({ params, query, caller }, reply) => {
    const { columns, rows, extensions } = await previewQuery(deps, caller(), {
      program: params.program,
      source: sourceOf(query.exportQuery, query.queryId),
      startAt: instantOrNull(query.startTime, badTime('startTime')),
      endAt: instantOrNull(query.endTime, badTime('endTime')),
      signal: untilGone(reply),
    })
    const records = rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])))
    return envelope(records, null, { details: extensionDetails(extensions) })
  })

function sourceOf(text: string | undefined, queryId: string | undefined) {
  if (text !== undefined && queryId !== undefined) {
    throw new AppError('invalid_request', { sentence: 'exportQuery and queryId exclude each other: send one of them' })
  }
  if (text !== undefined) return { kind: 'text', text } as const
  if (queryId !== undefined) return { kind: 'saved', queryId } as const
  throw new AppError('missing_value', { fields: ['exportQuery'] })
}

function badTime(field: string): () => AppError {
  return () =>
    new AppError('invalid_request', { sentence: `${field} should follow format: yyyy-MM-ddTHH:mm:ssZ`, field })
}

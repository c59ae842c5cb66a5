import { expect, test } from 'vitest'
import { envelopeOf } from '../test/answering-server.ts'
import { startService, type Service } from '../test/service.ts'
import { collect } from './pages.ts'

test.each([
  ['absolute', (url: string, path: string) => url + path],
  ['relative to the host', (_url: string, path: string) => path],
  ['relative to the page', (_url: string, path: string) => path.slice(path.indexOf('?'))],
])('a list goes on through links that are %s', async (_kind, linkOf) => {
  const service: Service = await startService(({ path, query }) => {
    const page = Number(query.get('$skipToken') ?? 0)
    const next = `${path}?$top=2&reportName=Usage&$skipToken=${page + 1}`
    return {
      json: envelopeOf([{ reportId: `${page}a` }, { reportId: `${page}b` }], {
        nextLink: page === 2 ? null : linkOf(service.url, next),
      }),
    }
  })
  const reports = await collect(service.client.reports.list({ reportName: 'Usage', pageSize: 2 }))
  expect(reports.map(({ reportId }) => reportId)).toEqual(['0a', '0b', '1a', '1b', '2a', '2b'])
  expect(service.askedFor('/ScheduledReport').map(({ query }) => query.get('reportName'))).toEqual([
    'Usage',
    'Usage',
    'Usage',
  ])
})

test('a page that nobody wants is not asked for', async () => {
  const service = await startService(({ path }) => ({
    json: envelopeOf([{ queryId: 'a' }, { queryId: 'b' }], { nextLink: `${path}?$skipToken=1` }),
  }))
  for await (const { queryId } of service.client.queries.list()) if (queryId === 'b') break
  expect(service.askedFor('/ScheduledQueries')).toHaveLength(1)
})

test('a list that leads back to the same page is an error, not a loop', async () => {
  const service = await startService(({ path }) => ({
    json: envelopeOf([{ queryId: 'a' }], { nextLink: `${path}?$skipToken=1` }),
  }))
  await expect(collect(service.client.queries.list())).rejects.toMatchObject({ code: 'unreadable_answer' })
})

test('finding nothing is an empty list; a wrong address is an error', async () => {
  const nothing = await startService(() => ({
    status: 404,
    json: envelopeOf([], { message: 'No item found with given filters', statusCode: 404 }),
  }))
  expect(await nothing.client.datasets.list({ name: 'Nothing' })).toEqual([])
  expect(await collect(nothing.client.reports.list({ reportIds: ['a', 'b'] }))).toEqual([])
  expect(nothing.asked.at(-1)?.query.get('reportId')).toBe('a;b')
  const wrong = await startService(() => ({
    status: 404,
    json: envelopeOf([], { message: 'There is nothing at this address', statusCode: 404 }),
  }))
  await expect(wrong.client.datasets.list()).rejects.toMatchObject({ status: 404 })
})

test('system queries are asked for as the API wants it', async () => {
  const service = await startService(() => ({ json: envelopeOf([]) }))
  for (const systemQueries of ['include', 'exclude', 'only'] as const) {
    await collect(service.client.queries.list({ systemQueries }))
  }
  expect(
    service
      .askedFor('/ScheduledQueries')
      .map(({ query }) => [query.get('includeSystemQueries'), query.get('includeOnlySystemQueries')]),
  ).toEqual([
    ['true', 'false'],
    ['false', 'false'],
    ['true', 'true'],
  ])
})

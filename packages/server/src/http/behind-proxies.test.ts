import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApp, publicUrl, type TestApp, type TestClient } from './testing/open-app.ts'

const path = '/insights/v1.1/cmp/ScheduledReport'

async function openBehind(trustProxy: number | readonly string[]) {
  const house = await openApp({ trustProxy })
  const client = await house.addClient('contoso', ['Reports.ReadWrite'])
  const from = async (remoteAddress: string, headers: Readonly<Record<string, string>>) => {
    const lines = house.logged.length
    await house.app.inject({
      url: path,
      remoteAddress,
      headers: { authorization: `Bearer ${client.token}`, ...headers },
    })
    const request = house.logged.slice(lines).find((line) => line.includes('"msg":"request"'))
    return (JSON.parse(request ?? '{}') as { readonly address?: string }).address
  }
  return { house, client, from }
}

describe.each<
  [string, number | readonly string[], readonly (readonly [from: string, forwarded: string, seen: string])[]]
>([
  ['no proxy is trusted', [], [['203.0.113.1', '198.51.100.7', '203.0.113.1']]],
  [
    'proxies are trusted by their addresses',
    ['10.0.0.0/8', 'fd00::1'],
    [
      ['10.1.2.3', '198.51.100.7', '198.51.100.7'],
      ['10.1.2.3', '8.8.8.8, 198.51.100.7', '198.51.100.7'],
      ['10.1.2.3', '8.8.8.8, 198.51.100.7, 10.9.9.9', '198.51.100.7'],
      ['fd00::1', '198.51.100.7', '198.51.100.7'],
      // Who comes past them is who it is.
      ['203.0.113.1', '198.51.100.7', '203.0.113.1'],
    ],
  ],
  [
    'two proxies stand on the way',
    2,
    [
      ['203.0.113.1', '198.51.100.7, 203.0.113.2', '198.51.100.7'],
      ['203.0.113.1', '8.8.8.8, 198.51.100.7, 203.0.113.2', '198.51.100.7'],
    ],
  ],
])('where %s', (_name, trustProxy, cases) => {
  let behind: Awaited<ReturnType<typeof openBehind>>
  beforeAll(async () => {
    behind = await openBehind(trustProxy)
  })
  afterAll(() => behind.house.close())

  test.each(cases)('a request of %s that says it is for %s is of %s', async (from, forwarded, seen) => {
    expect(await behind.from(from, { 'x-forwarded-for': forwarded })).toBe(seen)
  })
})

describe('whatever a proxy or a client says', () => {
  let house: TestApp
  let client: TestClient
  beforeAll(async () => {
    house = await openApp({ trustProxy: 1 })
    client = await house.addClient('contoso', ['Reports.ReadWrite'])
  })
  afterAll(() => house.close())

  test('links and addresses are made of publicUrl alone', async () => {
    const query = await client.ask('POST', '/insights/v1.1/cmp/ScheduledQueries', {
      Name: 'n',
      Query: 'SELECT OrderId FROM Orders TIMESPAN LIFETIME',
    })
    const { queryId } = query.json<{ value: { queryId: string }[] }>().value[0] ?? { queryId: '' }
    const made = await client.ask('POST', path, { ReportName: 'r', QueryId: queryId, ExecuteNow: true })
    const { reportId } = made.json<{ value: { reportId: string }[] }>().value[0] ?? { reportId: '' }
    await house.runDue()
    const answer = await house.app.inject({
      url: `${path}/execution/${reportId}`,
      headers: {
        authorization: `Bearer ${client.token}`,
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'ftp',
        forwarded: 'host=evil.example;proto=http',
        'x-original-url': '/health',
        'x-rewrite-url': '/health',
      },
    })
    const [execution] = answer.json<{ value: Record<string, string>[] }>().value
    expect(execution?.['reportAccessSecureLink']).toMatch(new RegExp(`^${publicUrl}/download/`))
    expect(answer.body).not.toContain('evil.example')
  })
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSettings } from '@almanac/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOidcProvider, type OidcServer } from '../packages/server/src/access/testing/start-oidc-provider.ts'
import { secondMs } from '../packages/server/src/kernel/hours.ts'
import { call, requestToken } from './testing/call.ts'
import { root } from './testing/almanac-process.ts'
import { openTimedHouse, type TimedHouse } from './testing/timed-house.ts'

// The whole server, with a real OpenID Connect server elsewhere (`oidc-provider`) in the place of its own issuer.

const reports = 'https://reports.example.com'
let provider: OidcServer
let house: TimedHouse

beforeAll(async () => {
  provider = await startOidcProvider()
  // The provider lives by the machine's time.
  house = await openTimedHouse(Date.now(), {
    settings: {
      'issuers.builtIn': false,
      'issuers.trusted': [
        {
          issuer: provider.url,
          audiences: [reports],
          claims: { account: 'organisation', client: 'client_id' },
          roles: { 'reports:write': 'Reports.ReadWrite', 'reports:read': 'Reports.Read' },
        },
      ],
    },
  })
})
afterAll(async () => {
  await house.close()
  await provider.close()
})

const accountOf = () => house.announcement.clients[0]?.account ?? ''
const datasets = '/insights/v1.1/cmp/ScheduledDataset'
const queries = '/insights/v1.1/cmp/ScheduledQueries'
const tokenFor = (role: string, organisation = accountOf()) =>
  provider.tokenFor(reports, { organisation, roles: [role] })

test('a client of the issuer works as one of ours would, under its own name', async () => {
  const token = await tokenFor('reports:write')
  const body = JSON.stringify({ Name: 'Orders', Query: 'SELECT OrderId FROM ISVOrder TIMESPAN LAST_MONTH' })
  const created = await call(house.announcement, token, 'POST', queries, body)
  expect([created.status, created.body.value[0]]).toMatchObject([200, { user: 'importer' }])
  const queryId = String(created.body.value[0]?.['queryId'])
  const report = JSON.stringify({ ReportName: 'Once', QueryId: queryId, ExecuteNow: true })
  const asked = await call(house.announcement, token, 'POST', '/insights/v1.1/cmp/ScheduledReport', report)
  expect([asked.status, asked.body.value[0]]).toMatchObject([200, { user: 'importer', reportStatus: 'Active' }])
  await house.logged('execution completed', String(asked.body.value[0]?.['reportId']))
})

test('each role opens what it should, and an unknown account, audience or role nothing', async () => {
  const reader = await tokenFor('reports:read')
  expect((await call(house.announcement, reader, 'GET', datasets)).status).toBe(200)
  const query = JSON.stringify({ Name: 'Mine', Query: 'SELECT OrderId FROM ISVOrder' })
  expect((await call(house.announcement, reader, 'POST', queries, query)).status).toBe(403)
  expect((await call(house.announcement, await tokenFor('Admin'), 'GET', datasets)).status).toBe(403)
  const elsewhere = await provider.tokenFor('https://elsewhere.example.com', { organisation: accountOf() })
  for (const token of [elsewhere, await tokenFor('reports:write', 'nobody')]) {
    const { status, body } = await call(house.announcement, token, 'GET', datasets)
    expect([status, body.message, body.error?.code]).toEqual([401, 'Unauthorized', 'unauthorized'])
  }
})

test('keys that the issuer rotates are accepted without a restart', async () => {
  await provider.rotateKeys('ES256')
  await house.clock.advance(10 * secondMs)
  expect((await call(house.announcement, await tokenFor('reports:read'), 'GET', datasets)).status).toBe(200)
})

test('the built-in issuer is gone: it has no address, and no token of its own would open anything', async () => {
  const { url, tenantId } = house.announcement
  for (const path of ['/.well-known/openid-configuration', '/discovery/keys']) {
    expect((await fetch(`${url}/${tenantId}${path}`)).status).toBe(404)
  }
  expect(await requestToken(house.announcement)).toBeUndefined()
})

test('while the issuer is down, its clients go on; a server that starts then says so, and recovers by itself', async () => {
  const token = await tokenFor('reports:read')
  expect((await call(house.announcement, token, 'GET', datasets)).status).toBe(200)
  provider.down()
  expect((await call(house.announcement, token, 'GET', datasets)).status).toBe(200)
  await house.stop()
  await house.start()
  const refused = await call(house.announcement, token, 'GET', datasets)
  expect([refused.status, refused.body.error?.code]).toEqual([503, 'issuer_unavailable'])
  expect(refused.headers.get('retry-after')).toBe('10')
  expect(house.log.map(({ msg }) => msg)).toContain('the keys of a trusted issuer could not be read')
  provider.up()
  await house.clock.advance(10 * secondMs)
  expect((await call(house.announcement, token, 'GET', datasets)).status).toBe(200)
})

test('the settings that the how-to shows are accepted', async () => {
  const page = await readFile(join(root, 'docs/how-to/use-your-own-issuer.md'), 'utf8')
  const blocks = [...page.matchAll(/```yaml\n(.+?)```/gs)].map(([, text = '']) => text)
  const issuers = blocks.flatMap((text) => {
    const file = { path: 'almanac.yaml', text }
    return readSettings({ file, environment: {}, overrides: {}, isTerminal: false }).issuers.trusted
  })
  expect(issuers.map(({ issuer }) => new URL(issuer).host)).toEqual([
    'login.microsoftonline.com',
    'sts.windows.net',
    'login.microsoftonline.com',
    'id.example.com',
  ])
})

import { administer, readSettings } from '@almanac/server'
import { expect, onTestFinished, test } from 'vitest'
import { call } from './testing/call.ts'
import { openTimedHouse, type HouseOptions, type TimedHouse } from './testing/timed-house.ts'

// The request of the partner insights documents (mpn), with a user's name and password, as it goes over the wire.

interface Answer {
  readonly error?: string
  readonly error_codes?: readonly number[]
  readonly access_token?: string
  readonly refresh_token?: string
  readonly expires_on?: string
}

async function open(settings: NonNullable<HouseOptions['settings']>) {
  const house = await openTimedHouse(Date.UTC(2026, 4, 9, 12), { settings, usageRows: 200 })
  onTestFinished(() => house.close())
  const [client] = house.announcement.clients
  if (client === undefined) throw new Error('a house has a client')
  const name = 'ana@contoso.example'
  const overrides = { dataFolder: house.folder }
  const installation = readSettings({ file: null, environment: {}, overrides, isTerminal: false })
  const { password } = await administer(installation, (it) => it.addUser(client.clientId, name))
  // The blank before the resource is in the documents' own example.
  const form = { client_id: client.clientId, client_secret: client.clientSecret, resource: ` ${resource}` }
  const ask = (more: Readonly<Record<string, string>>) => askFor(house, { ...form, ...more })
  return { house, ask, logIn: () => ask({ grant_type: 'password', username: name, password, scope: 'openid' }) }
}

const resource = 'https://api.partnercenter.microsoft.com'

async function askFor({ announcement }: TimedHouse, form: Readonly<Record<string, string>>): Promise<Answer> {
  const { url, tenantId } = announcement
  const answer = await fetch(`${url}/${tenantId}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })
  return (await answer.json()) as Answer
}

test('in profile partner-center a user logs in, reads partner insights, and stays logged in', async () => {
  const { house, ask, logIn } = await open({ profile: 'partner-center' })
  const { access_token: token = '', refresh_token: refresh = '', expires_on: endsOn } = await logIn()
  expect(endsOn).toMatch(/^\d+$/)
  const datasets = await call(house.announcement, token, 'GET', '/insights/v1.1/mpn/ScheduledDataset')
  expect([datasets.status, datasets.body.totalCount > 0]).toEqual([200, true])
  const next = await ask({ grant_type: 'refresh_token', refresh_token: refresh })
  expect(next.refresh_token).toMatch(/^alr_/)
  expect(
    (await call(house.announcement, next.access_token ?? '', 'GET', '/insights/v1.1/mpn/ScheduledDataset')).status,
  ).toBe(200)
  expect(await ask({ grant_type: 'refresh_token', refresh_token: refresh })).toMatchObject({
    error: 'invalid_grant',
    error_codes: [70000],
  })
  const { url, tenantId } = house.announcement
  const known = await fetch(`${url}/${tenantId}/.well-known/openid-configuration`)
  expect(await known.json()).toMatchObject({
    grant_types_supported: ['client_credentials', 'password', 'refresh_token'],
  })
})

test('in profile open nobody logs in by a password, though there is a user', async () => {
  const { ask, logIn } = await open({})
  expect(await logIn()).toMatchObject({ error: 'unsupported_grant_type', error_codes: [70003] })
  expect(await ask({ grant_type: 'refresh_token', refresh_token: 'alr_x' })).toMatchObject({
    error: 'unsupported_grant_type',
  })
})

import { expect, test } from 'vitest'
import { readSettings, SettingsError } from './read-settings.ts'

const tenant = '6c1d0f5a-8b6e-4a53-9d1f-2f7c4be0a111'

function read(text: string, environment: Readonly<Record<string, string>> = {}) {
  return readSettings({ file: { path: 'almanac.yaml', text }, environment, overrides: {}, isTerminal: false }).issuers
}

function problems(issuer: unknown): string {
  try {
    readSettings({
      file: null,
      environment: {},
      overrides: { 'issuers.trusted': Array.isArray(issuer) ? issuer : [issuer] },
      isTerminal: false,
    })
    return 'none'
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.join('\n')
    throw error
  }
}

test('an issuer is its name and its audiences; the rest has defaults that give nobody Admin', () => {
  const { trusted, builtIn } = read(`
issuers:
  trusted:
    - issuer: https://login.microsoftonline.com/${tenant}/v2.0
      audiences: api://almanac
`)
  expect(builtIn).toBe(true)
  expect(trusted).toEqual([
    {
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
      discoveryUrl: `https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration`,
      audiences: ['api://almanac'],
      claims: { account: ['account'], client: ['azp', 'appid', 'client_id', 'sub'], roles: ['roles'] },
      accounts: null,
      roles: new Map([
        ['Reports.Read', 'Reports.Read'],
        ['Reports.ReadWrite', 'Reports.ReadWrite'],
      ]),
      clockSkewSeconds: 60,
    },
  ])
})

test('everything of it can be said, in a file and as JSON in the environment', () => {
  const file = `
issuers:
  builtIn: false
  trusted:
    - issuer: https://sts.windows.net/${tenant}/
      discovery: https://login.microsoftonline.com/${tenant}/.well-known/openid-configuration
      audiences: [https://reports.example.com, api://almanac]
      claims: { account: tid, client: [appid], roles: [roles, scp] }
      accounts: { ${tenant}: contoso }
      roles: { importer: Reports.ReadWrite, operator: Admin }
      clockSkewSeconds: 300
`
  const expected = {
    builtIn: false,
    trusted: [
      {
        issuer: `https://sts.windows.net/${tenant}/`,
        discoveryUrl: `https://login.microsoftonline.com/${tenant}/.well-known/openid-configuration`,
        audiences: ['https://reports.example.com', 'api://almanac'],
        claims: { account: ['tid'], client: ['appid'], roles: ['roles', 'scp'] },
        accounts: new Map([[tenant, 'contoso']]),
        roles: new Map([
          ['importer', 'Reports.ReadWrite'],
          ['operator', 'Admin'],
        ]),
        clockSkewSeconds: 300,
      },
    ],
  }
  expect(read(file)).toEqual(expected)
  const json = JSON.stringify([
    {
      issuer: `https://sts.windows.net/${tenant}/`,
      discovery: `https://login.microsoftonline.com/${tenant}/.well-known/openid-configuration`,
      audiences: ['https://reports.example.com', 'api://almanac'],
      claims: { account: 'tid', client: 'appid', roles: ['roles', 'scp'] },
      accounts: { [tenant]: 'contoso' },
      roles: { importer: 'Reports.ReadWrite', operator: 'Admin' },
      clockSkewSeconds: 300,
    },
  ])
  expect(read('', { ALMANAC_ISSUERS_TRUSTED: json, ALMANAC_ISSUERS_BUILT_IN: 'false' })).toEqual(expected)
})

test("an issuer of many tenants is found at Entra's common address", () => {
  const issuer = 'https://login.microsoftonline.com/{tenantid}/v2.0'
  const text = JSON.stringify({ issuers: { trusted: [{ issuer, audiences: ['a'], claims: { account: 'tid' } }] } })
  expect(read(text).trusted).toMatchObject([
    { issuer, discoveryUrl: 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration' },
  ])
})

const good = { issuer: 'https://id.example.com', audiences: ['a'] }

test.each<[string, unknown, RegExp]>([
  ['no object', 'https://id.example.com', /must be a list of issuers \(in the environment: as JSON\)|as an object/],
  ['no issuer', { audiences: ['a'] }, /must have an issuer/],
  ['an issuer by http', { ...good, issuer: 'http://id.example.com' }, /must be an https URL/],
  ['an issuer that is no URL', { ...good, issuer: 'contoso' }, /must be an https URL/],
  ['a password in its URL', { ...good, issuer: 'https://me:pass@id.example.com' }, /must be an https URL/],
  ['discovery by http', { ...good, discovery: 'http://id.example.com/x' }, /discovery .* must be an https URL/],
  ['no audience', { issuer: good.issuer }, /must have audiences/],
  ['an empty list of audiences', { ...good, audiences: [] }, /must have audiences/],
  ['an empty claim', { ...good, claims: { account: '' } }, /must have claims\.account/],
  ['a claim that there is none for', { ...good, claims: { user: 'upn' } }, /"user" in claims/],
  ['a role that there is none of', { ...good, roles: { a: 'Reader' } }, /the role "Reader"; the roles here are/],
  ['an account that is no text', { ...good, accounts: { a: 7 } }, /accounts with "a"/],
  ['a word that is misspelt', { ...good, audience: 'a' }, /"audience" in each issuer, where there may be issuer,/],
  ['a skew of a day', { ...good, clockSkewSeconds: 86_400 }, /from 0 to 600/],
  ['an issuer twice', [good, good], /names "https:\/\/id\.example\.com" twice/],
  ['many tenants by a claim of theirs', { ...good, issuer: 'https://id.example.com/{tenantid}' }, /must be tid/],
  [
    'many tenants that could be Admin',
    {
      ...good,
      issuer: 'https://id.example.com/{tenantid}',
      claims: { account: 'tid' },
      roles: { Admin: 'Admin' },
    },
    /each of which could make itself Admin/,
  ],
])('an issuer with %s is refused in words', (_case, issuer, words) => {
  expect(problems(issuer)).toMatch(words)
})

test('without the built-in issuer there must be another one', () => {
  expect(() => read('issuers: { builtIn: false }')).toThrow(/nobody could get in/)
})

import { execFile } from 'node:child_process'
import { constants, createHash, sign, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCertificate } from '../packages/server/src/access/testing/make-certificate.ts'
import { rawExchange } from '../packages/server/src/http/testing/raw-exchange.ts'
import { freePort } from '../packages/server/src/kernel/testing/free-port.ts'
import { call, requestToken } from './testing/call.ts'
import { removeFolder, root } from './testing/almanac-process.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'
import { base, completed, createReport, saveQuery } from './testing/steps.ts'

// Recognisable secrets go through a real server process, by all the ways and mistakes that there are; then everything it
// said is searched for them: its log at the finest level, its answers, figures, documents, and what it says as it crashes.

const planted = {
  'a token in a callback URL': 'planted-callback-path-71f3',
  'a code in a callback URL': 'planted-callback-code-90c2',
  'a wrong client secret': 'planted-wrong-secret-5e11',
  'a secret in an address': 'planted-query-secret-2b7d',
  'a token that is none': 'planted.wrong.token-c0de',
  'a ticket that is none': 'planted-wrong-ticket-77aa',
  'a signature that is wrong': 'planted-wrong-signature-13d0',
  'a password': 'planted-password-8c4e',
  'a user’s wrong password': 'planted-wrong-password-3fd2',
  'a password in an address': 'planted-password-in-address-e8a0',
  'a refresh token that is none': 'alr_planted-wrong-refresh-token-b19c',
} as const

let folder: string
let server: DemoProcess
let metricsPort: number
/** Secrets that the server or we made, by what they are. */
const secrets = new Map<string, string>(Object.entries(planted))
/** What was answered where no secret belongs, by what was asked. */
const answers = new Map<string, string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-secrets-'))
  metricsPort = await freePort()
  const preload = join(folder, 'crash.cjs')
  // The only thing that is not as in any server: a way to let it crash.
  await writeFile(preload, `process.on('SIGUSR2', () => { throw new Error('crashed by the test') })`)
  const before = process.env['NODE_OPTIONS']
  process.env['NODE_OPTIONS'] = `${before ?? ''} --require ${preload}`
  // Only there do people log in.
  const profile = 'partner-center'
  const settings = { profile, 'log.level': 'debug', 'metrics.port': metricsPort, 'limits.arrivalSeconds': 1 }
  const options = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  server = await startDemoProcess(join(folder, 'data'), ['--rows', '2000', ...options])
  if (before === undefined) delete process.env['NODE_OPTIONS']
  else process.env['NODE_OPTIONS'] = before
  await live()
})
afterAll(async () => {
  await server.stop('SIGKILL')
  await removeFolder(folder)
})

/** Asks, and keeps what came: the body and every header. */
async function ask(name: string, path: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(`${server.url}${path}`, { redirect: 'manual', ...init })
  answers.set(name, `${JSON.stringify([...response.headers])}\n${await response.text()}`)
}

const form = (
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: new URLSearchParams(fields).toString(),
})

/** Everything that a client does, and what it gets wrong. */
async function live(): Promise<void> {
  const [client] = server.clients
  if (client === undefined) throw new Error('a demo server has clients')
  const token = await requestToken(server)
  const bearer = { authorization: `Bearer ${token}` }
  secrets.set('the client’s secret', client.clientSecret)
  secrets.set('a token', token)
  secrets.set('the signature of a token', token.split('.')[2] ?? '')

  // A receiver that refuses, so that attempts, their failures and their plans are told.
  const receiver = createServer((_request, answer) => answer.writeHead(500).end('no'))
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const { port } = receiver.address() as AddressInfo
  const called = once(receiver, 'request')
  const queryId = await saveQuery(server, token, 'q', 'SELECT OfferName, AssetId FROM ISVOrder')
  const CallbackUrl = `http://127.0.0.1:${port}/${planted['a token in a callback URL']}?code=${planted['a code in a callback URL']}`
  const reportId = await createReport(server, token, 'r', queryId, { ExecuteNow: true, CallbackUrl })
  const execution = await completed(server, token, reportId)
  await called
  const link = new URL(execution.reportAccessSecureLink)
  secrets.set('a link’s signature', link.searchParams.get('signature') ?? '')

  // One that nobody answers at, and one that is refused before anything is sent.
  receiver.close()
  await completed(server, token, await createReport(server, token, 'r2', queryId, { ExecuteNow: true, CallbackUrl }))
  const refused = {
    ReportName: 'x',
    QueryId: queryId,
    ExecuteNow: true,
    CallbackUrl: `ftp://user:${planted['a password']}@h/${planted['a token in a callback URL']}`,
  }
  answers.set(
    'a callback URL that is refused',
    JSON.stringify((await call(server, token, 'POST', `${base}/ScheduledReport`, JSON.stringify(refused))).body),
  )

  const credentials = {
    grant_type: 'client_credentials',
    resource: 'https://api.partnercenter.microsoft.com',
    client_id: client.clientId,
  }
  const tokenPath = `/${server.tenantId}/oauth2/token`
  const wrong = planted['a wrong client secret']
  await ask('a wrong secret', tokenPath, form({ ...credentials, client_secret: wrong }))
  // Its answer names the client that it doesn't know, as Entra's does, to whoever sent that name; the log doesn't.
  await fetch(server.url + tokenPath, form({ ...credentials, client_secret: wrong, client_id: wrong }))
  const basic = Buffer.from(`${client.clientId}:${wrong}`).toString('base64')
  secrets.set('a wrong secret in Basic', basic)
  await ask(
    'a wrong secret in Basic',
    tokenPath,
    form({ grant_type: 'client_credentials', resource: credentials.resource }, { authorization: `Basic ${basic}` }),
  )
  await ask(
    'a secret in the address',
    `${tokenPath}?client_secret=${planted['a secret in an address']}`,
    form(credentials),
  )
  await ask('a secret as JSON', tokenPath, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...credentials, client_secret: wrong }),
  })
  await ask(
    'the right secret for nothing',
    tokenPath,
    form({ ...credentials, client_secret: client.clientSecret, resource: 'https://elsewhere.example' }),
  )
  await ask(
    'another grant',
    tokenPath,
    form({
      ...credentials,
      grant_type: 'password',
      username: 'u',
      password: planted['a password'],
      client_secret: client.clientSecret,
    }),
  )
  await ask(
    'an assertion that is none',
    tokenPath,
    form({
      ...credentials,
      client_assertion: planted['a token that is none'],
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    }),
  )

  await administer(client.clientId, tokenPath)
  await stayLoggedIn(tokenPath)

  await ask('a token that is none', `${base}/ScheduledReport`, {
    headers: { authorization: `Bearer ${planted['a token that is none']}` },
  })
  await ask('a token of another kind', `${base}/ScheduledReport`, {
    headers: { authorization: `Weird ${planted['a token that is none']}` },
  })
  await ask('a ticket that is none', `${base}/ScheduledReport`, {
    headers: { 'x-aaduserticket': planted['a ticket that is none'] },
  })
  await ask('a token in the address', `${base}/ScheduledReport?access_token=${token}`)
  await ask('a token as the id of the request', `${base}/nowhere`, {
    headers: { ...bearer, cookie: `session=${token}`, 'x-api-key': client.clientSecret },
  })
  await ask('a broken body', `${base}/ScheduledReport`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: `{"CallbackUrl": "${CallbackUrl}", `,
  })
  await ask('a key twice', `${base}/ScheduledReport`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify({ ReportName: 'x', QueryId: queryId, CallbackUrl, callbackurl: 'https://b.example' }),
  })
  await ask('a wrong field beside it', `${base}/ScheduledReport/${reportId}`, {
    method: 'PUT',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify({ CallbackUrl, RecurrenceInterval: 'x' }),
  })

  const altered = new URL(link)
  altered.searchParams.set('signature', planted['a signature that is wrong'])
  await ask('an altered link', altered.pathname + altered.search)
  await ask('a link for another method', link.pathname + link.search, { method: 'POST' })
  await ask('a link with a body that is none', `${link.pathname}/more${link.search}`)
  await ask('a link', link.pathname + link.search, { headers: { referer: link.href } })

  // What breaks before the framework sees a request.
  for (const [name, bytes] of [
    [
      'a request that is none',
      `GET /x?client_secret=${wrong} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nbroken line\r\n\r\n`,
    ],
    ['a request that never ends', `GET ${link.pathname}${link.search} HTTP/1.1\r\nAuthorization: Bearer ${token}\r\n`],
    [
      'headers that are too large',
      `GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}${'x'.repeat(70_000)}\r\n\r\n`,
    ],
    ['an address that can’t be read', `GET /%zz/${link.search} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`],
  ] as const)
    answers.set(name, (await rawExchange(Number(new URL(server.url).port), bytes)).received)

  for (const path of [
    '/openapi/v1.json',
    '/openapi/v1.1.json',
    `${base}/swagger/index.html`,
    `${base}/swagger/start.js`,
    '/health',
    '/ready',
    `/${server.tenantId}/.well-known/openid-configuration`,
    `/${server.tenantId}/discovery/keys`,
  ])
    await ask(path, path)
  answers.set('metrics', await metrics())
  await call(server, token, 'DELETE', `${base}/ScheduledReport/${reportId}`)
  await ask('a link of a report that is gone', link.pathname + link.search)
  keepStoredSecrets()
}

/** Runs a command on the server's data folder, and gives the JSON that it prints. */
async function command<Printed>(...words: readonly string[]): Promise<Printed> {
  const args = [join(root, 'packages/cli/bin/almanac.mjs'), ...words, '--json', '--data', join(folder, 'data')]
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as Printed
}

/** A user of a client of partner insights: its password, what it stays logged in by, and what goes wrong with either. */
async function stayLoggedIn(tokenPath: string): Promise<void> {
  const [client, other] = server.clients
  if (client === undefined || other === undefined) throw new Error('a demo server has two clients')
  const username = 'ana@contoso.example'
  const { password } = await command<{ readonly password: string }>('client', 'user', 'add', client.clientId, username)
  secrets.set('a user’s password', password)
  answers.set('the list of users', JSON.stringify(await command('client', 'user', 'list', client.clientId)))

  const by = ({ clientId, clientSecret }: typeof client): Readonly<Record<string, string>> => ({
    client_id: clientId,
    client_secret: clientSecret,
    resource: 'https://api.partnercenter.microsoft.com',
  })
  const granted = async (name: string, fields: Readonly<Record<string, string>>): Promise<string> => {
    const answer = await fetch(server.url + tokenPath, form({ ...by(client), ...fields }))
    const { access_token: token, refresh_token: refresh } = (await answer.json()) as Record<string, string>
    if (token === undefined || refresh === undefined) throw new Error(`${name} is answered ${answer.status}`)
    secrets.set(`a user’s token, ${name}`, token)
    secrets.set(`a refresh token, ${name}`, refresh)
    await call(server, token, 'GET', '/insights/v1.1/mpn/ScheduledDataset')
    return refresh
  }
  const logIn = { grant_type: 'password', username, scope: 'openid' }
  const first = await granted('for a password', { ...logIn, password })
  const second = await granted('for the one before', { grant_type: 'refresh_token', refresh_token: first })

  const wrong = planted['a user’s wrong password']
  await ask('a wrong password', tokenPath, form({ ...by(client), ...logIn, password: wrong }))
  await ask('a password as a name', tokenPath, form({ ...by(client), ...logIn, username: password, password: wrong }))
  await ask(
    'a password with a wrong secret',
    tokenPath,
    form({ ...by({ ...client, clientSecret: planted['a wrong client secret'] }), ...logIn, password }),
  )
  await ask('a password for another client', tokenPath, form({ ...by(other), ...logIn, password }))
  await ask(
    'a password in the address',
    `${tokenPath}?password=${planted['a password in an address']}`,
    form({ ...by(client), ...logIn }),
  )
  await ask('a password as JSON', tokenPath, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...by(client), ...logIn, password }),
  })
  const refreshing = (refresh: string, by: Readonly<Record<string, string>>): RequestInit =>
    form({ ...by, grant_type: 'refresh_token', refresh_token: refresh })
  await ask('a refresh token of another client', tokenPath, refreshing(second, by(other)))
  await ask('a refresh token that is none', tokenPath, refreshing(planted['a refresh token that is none'], by(client)))
  await ask('a refresh token in an address', `${tokenPath}?refresh_token=${second}`, form(by(client)))
  await ask('a refresh token in place of a token', '/insights/v1.1/mpn/ScheduledDataset', {
    headers: { authorization: `Bearer ${second}` },
  })
  const database = new DatabaseSync(join(folder, 'data/almanac.db'), { readOnly: true })
  for (const [index, { hash }] of database.prepare('select * from refresh_tokens').all().entries())
    secrets.set(`the hash of refresh token ${index}`, String(hash))
  database.close()
  // Used twice, so somebody has a copy: all of them end, and are forgotten.
  await ask('a refresh token once more', tokenPath, refreshing(first, by(client)))
  await ask('one that has ended with it', tokenPath, refreshing(second, by(client)))
}

/** What an administrator is shown once, what a client signs, and all that is told of them afterwards. */
async function administer(clientId: string, tokenPath: string): Promise<void> {
  const account = server.clients[0]?.account ?? ''
  const adding = ['client', 'add', '--admin', '--name', 'admin', '--account', account]
  const admin = await command<{ clientId: string; clientSecret: string; webhookSecret: string }>(...adding)
  secrets.set('an administrator’s secret', admin.clientSecret)
  secrets.set('what signs an administrator’s callbacks', admin.webhookSecret)
  const token = await requestToken({ ...server, clients: [{ account: '', ...admin }] })
  secrets.set('an administrator’s token', token)
  const tell = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${server.url}/admin/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': path },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return ((await response.json()) as { value: Record<string, unknown>[] }).value[0] ?? {}
  }
  const once = await tell('PUT', 'clients/planted', {
    AccountId: server.clients[0]?.account,
    Name: 'planted',
    Roles: ['Reports.Read'],
  })
  secrets.set('what signs callbacks, shown once', String(once['webhookSecret']))
  const made = await tell('POST', 'clients/planted/secrets', { ExpiresInDays: 1 })
  secrets.set('a secret that an administrator made', String(made['clientSecret']))

  // Its last use is noted, and an assertion is good once: neither keeps what it is.
  await requestToken({
    ...server,
    clients: [{ account: '', clientId: 'planted', clientSecret: String(made['clientSecret']) }],
  })
  const { pem, der, privateKey } = makeCertificate({ validFromAt: Date.UTC(2020), expiresAt: Date.UTC(2049) })
  const thumbprint = createHash('sha256').update(der).digest('base64url')
  await tell('PUT', `clients/planted/certificates/${thumbprint}`, { Certificate: pem })
  const private64 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().split('\n').slice(1, -2).join('')
  secrets.set('a private key', private64.slice(40, 200))
  const assertion = signedAssertion(privateKey, thumbprint, {
    jti: 'planted-assertion',
    iss: 'planted',
    sub: 'planted',
    aud: server.url + tokenPath,
    exp: Math.floor(Date.now() / 1_000) + 300,
  })
  secrets.set('an assertion', assertion)
  secrets.set('the signature of an assertion', assertion.split('.')[2] ?? '')
  const asserted = form({
    grant_type: 'client_credentials',
    resource: 'https://api.partnercenter.microsoft.com',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })
  const granted = await fetch(server.url + tokenPath, asserted)
  secrets.set('a token for an assertion', ((await granted.json()) as { access_token: string }).access_token)
  await ask('an assertion that was used', tokenPath, asserted)
  await ask('a private key as a certificate', `/admin/clients/planted/certificates/${thumbprint}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ Certificate: privateKey.export({ type: 'pkcs8', format: 'pem' }) }),
  })
  await ask('the same secret once more', '/admin/clients/planted/secrets', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': 'clients/planted/secrets',
    },
    body: JSON.stringify({ ExpiresInDays: 1 }),
  })
  await tell('POST', 'keys/link/rotate', {})
  for (const path of [
    'accounts',
    'clients',
    `clients/${clientId}`,
    'clients/planted',
    'clients/planted/secrets',
    'clients/planted/certificates',
    'keys',
    'audit',
    'audit/verify',
  ])
    await ask(path, `/admin/${path}`, { headers: { authorization: `Bearer ${token}` } })
}

function signedAssertion(key: KeyObject, thumbprint: string, claims: object): string {
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encoded({ alg: 'PS256', 'x5t#S256': thumbprint })}.${encoded(claims)}`
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, ...padding }).toString('base64url')}`
}

async function metrics(): Promise<string> {
  const asking = request({ host: '127.0.0.1', port: metricsPort, path: '/metrics' }).end()
  const [answer] = (await once(asking, 'response')) as [AsyncIterable<Buffer>]
  let text = ''
  for await (const chunk of answer) text += chunk.toString()
  return text
}

/** What the server keeps to itself: keys, secrets that sign callbacks, hashes. */
function keepStoredSecrets(): void {
  const database = new DatabaseSync(join(folder, 'data/almanac.db'), { readOnly: true })
  for (const { id, purpose, material } of database.prepare('select * from keys').all()) {
    const text = String(material)
    const key = text.startsWith('{') ? (JSON.parse(text) as { readonly d: string }).d : text
    secrets.set(`the ${String(purpose)} key ${String(id)}`, key)
  }
  for (const { id, webhook_secret } of database.prepare('select * from clients').all())
    secrets.set(`what signs the callbacks of ${String(id)}`, String(webhook_secret).replace('whsec_', ''))
  for (const { id, secret_hash } of database.prepare('select * from client_secrets').all())
    secrets.set(`the hash of secret ${String(id)}`, String(secret_hash).split('$').at(-1) ?? '')
  for (const { name, password_hash } of database.prepare('select * from client_users').all())
    secrets.set(`the hash of the password of ${String(name)}`, String(password_hash).split('$').at(-1) ?? '')
  database.close()
}

/** The secrets that stand in a text, by what they are; as they are, in base64 or encoded for an address. */
function secretsIn(text: string): readonly string[] {
  return [...secrets].flatMap(([what, secret]) =>
    [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')].some((form) => text.includes(form))
      ? [what]
      : [],
  )
}

test('the search finds secrets where they are, and each of them is one', () => {
  expect(secrets.size).toBeGreaterThan(40)
  for (const what of ['a user’s password', 'a refresh token, for the one before', 'the hash of refresh token 1'])
    expect([...secrets.keys()]).toContain(what)
  expect([...secrets.values()].filter((secret) => secret.length < 12)).toEqual([])
  for (const [what, secret] of secrets) expect(secretsIn(`…${secret}…`)).toContain(what)
})

test('no answer has one that it was not asked for', () => {
  expect(answers.size).toBeGreaterThan(50)
  const found = [...answers].flatMap(([asked, answer]) =>
    secretsIn(answer).map((what) => `${what} in the answer to ${asked}`),
  )
  expect(found).toEqual([])
})

test('the log has none, at its finest level, though it tells of all that happened', () => {
  for (const sign of ['token refused', 'request refused', 'callback', '/download/', '"msg":"request"'])
    expect(server.log).toContain(sign)
  expect(secretsIn(server.log)).toEqual([])
})

test('the audit log and the events of reports have none', () => {
  const database = new DatabaseSync(join(folder, 'data/almanac.db'), { readOnly: true })
  const lines = ['audit_log', 'report_events', 'callback_attempts', 'idempotency_keys', 'queries', 'executions'].map(
    (table) => JSON.stringify(database.prepare(`select * from ${table}`).all()),
  )
  database.close()
  expect(lines[0]?.length).toBeGreaterThan(100)
  expect(lines.flatMap(secretsIn)).toEqual([])
})

test('the documents that are published have none', async () => {
  const folderOf = join(root, 'openapi')
  for (const name of await readdir(folderOf))
    expect(secretsIn(await readFile(join(folderOf, name), 'utf8'))).toEqual([])
})

test('a crash says what broke, and no secret', async () => {
  const before = server.log.length
  process.kill(server.pid, 'SIGUSR2')
  expect(await server.stop('SIGTERM')).not.toBe(0)
  const said = server.log.slice(before)
  expect(said).toContain('crashed by the test')
  expect(secretsIn(said + server.output.slice(1).join('\n'))).toEqual([])
})

test('secrets on disk are for the server’s own user', async () => {
  for (const file of ['demo-clients.json', 'almanac.db']) {
    const { mode } = await stat(join(folder, 'data', file))
    expect(mode & 0o077).toBe(0)
  }
})

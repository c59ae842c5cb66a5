import { execFile, execFileSync } from 'node:child_process'
import { createSign, generateKeyPairSync, pbkdf2Sync } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../kernel/testing/free-port.ts'
import type { Asked, Asking } from './testing/ask-trino.ts'
import { findJava, startTrino } from './testing/start-trino.ts'
import type { TestTrino } from './testing/start-trino.ts'
import type { TrinoConnection } from './trino-settings.ts'

// A Trino that lets in only whom it knows, by password or by JWT, over TLS with a certificate that no public authority
// signed. Each question is a process of its own, since Node reads at its start whom it trusts.

const folder = mkdtempSync(join(tmpdir(), 'almanac-trino-credentials-'))
const at = (name: string): string => join(folder, name)
const password = 'pa:ss wörd'
const keys = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2_048 })
let trino: TestTrino
let url: string
let files = 0

beforeAll(async () => {
  const keystorePassword = 'changeit'
  const store = ['-keystore', at('trino.p12'), '-storepass', keystorePassword, '-alias', 'trino']
  const keytool = (...words: readonly string[]) =>
    execFileSync(join(findJava(), 'bin/keytool'), words, { stdio: ['ignore', 'ignore', 'ignore'] })
  const names = ['-dname', 'CN=trino.test', '-ext', 'san=ip:127.0.0.1', '-ext', 'bc:c']
  keytool('-genkeypair', '-keyalg', 'RSA', '-validity', '2', ...names, ...store)
  keytool('-exportcert', '-rfc', '-file', at('ca.pem'), ...store)
  const salt = Buffer.from('0011223344556677', 'hex')
  const hash = pbkdf2Sync(password, salt, 1_000, 64, 'sha1')
  writeFileSync(at('users'), `almanac:1000:${salt.toString('hex')}:${hash.toString('hex')}\n`)
  writeFileSync(at('jwt-key.pem'), keys.publicKey.export({ type: 'spki', format: 'pem' }))
  const port = await freePort()
  url = `https://127.0.0.1:${port}`
  trino = await startTrino({
    lines: [
      'http-server.https.enabled=true',
      `http-server.https.port=${port}`,
      `http-server.https.keystore.path=${at('trino.p12')}`,
      `http-server.https.keystore.key=${keystorePassword}`,
      'http-server.authentication.type=PASSWORD,JWT',
      `http-server.authentication.jwt.key-file=${at('jwt-key.pem')}`,
      'internal-communication.shared-secret=a-secret-of-its-nodes',
      // Whether it has started is asked there.
      'http-server.authentication.allow-insecure-over-http=true',
    ],
    files: {
      'password-authenticator.properties': `password-authenticator.name=file\nfile.password-file=${at('users')}`,
    },
  })
})
afterAll(async () => {
  await trino?.stop()
  rmSync(folder, { recursive: true })
})

/** A JWT for a user, good for so many seconds. */
function tokenFor(user: string, { lifetime = 600, key = keys.privateKey } = {}): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'RS256' })}.${part({ sub: user, exp: Math.floor(Date.now() / 1_000) + lifetime })}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`
}

function fileWith(secret: string): string {
  const path = at(`secret-${files++}`)
  writeFileSync(path, `${secret}\n`)
  return path
}

/** What comes of a preview and an export; of a failure, also that there is no file. */
async function ask(
  change: Partial<TrinoConnection>,
  { trusted = at('ca.pem') }: { readonly trusted?: string } = {},
): Promise<Asked> {
  const connection = { url, user: 'almanac', passwordFile: null, tokenFile: null, ...change }
  const asking: Asking = {
    connection,
    sql: 'SELECT name FROM tpch.tiny.region ORDER BY name',
    path: at(`${files++}.csv`),
  }
  const script = join(import.meta.dirname, 'testing/ask-trino.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(asking)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted },
  })
  const asked = JSON.parse(stdout) as Asked
  expect('code' in asked && existsSync(asking.path)).toBe(false)
  return asked
}

const regions = [['AFRICA'], ['AMERICA'], ['ASIA'], ['EUROPE'], ['MIDDLE EAST']]
const welcome: Asked = { preview: regions, rows: 5 }
const refused = (words: RegExp) => ({ code: 'unreadable_data', log: expect.stringMatching(words) as string })

describe('a Trino that asks for a password', () => {
  test('lets in who shows it', async () => {
    expect(await ask({ passwordFile: fileWith(password) })).toEqual(welcome)
  })

  test.each([
    ['another', 'wrong-secret', /Trino refuses: 401 .*look at trino\.user, and at what trino\.passwordFile/s],
    ['none', null, /Trino refuses: 401 /],
    ['an empty one', '', /can't be read: .* is empty/],
  ])('refuses who shows %s, in words without it', async (_, secret, words) => {
    const asked = await ask({ passwordFile: secret === null ? null : fileWith(secret) })
    expect(asked).toEqual(refused(words))
    if (secret !== null && secret !== '') expectNotTold(asked, secret)
  })

  test('is told no password with characters that it could not read', async () => {
    expect(await ask({ passwordFile: fileWith('пароль') })).toEqual(refused(/can't be read: .* Latin-1/))
  })

  test('refuses who asks in the name of somebody else', async () => {
    expect(await ask({ user: 'somebody', passwordFile: fileWith(password) })).toEqual(refused(/refuses: 401 /))
  })

  test('is shown the new one as soon as the file has it', async () => {
    const passwordFile = fileWith('old')
    expect(await ask({ passwordFile })).toEqual(refused(/refuses: 401 /))
    writeFileSync(passwordFile, password)
    expect(await ask({ passwordFile })).toEqual(welcome)
  })

  test('a file that is not there is told by its name', async () => {
    expect(await ask({ passwordFile: at('nowhere') })).toEqual(refused(/can't be read: ENOENT.*nowhere/))
  })
})

describe('a Trino that asks for a JWT', () => {
  test('lets in who shows one', async () => {
    expect(await ask({ tokenFile: fileWith(tokenFor('almanac')) })).toEqual(welcome)
  })

  test.each([
    ['that is too old', tokenFor('almanac', { lifetime: -600 }), /refuses: 401 /],
    ['that somebody else signed', tokenFor('almanac', { key: otherKeys.privateKey }), /refuses: 401 /],
    ['that is none', 'not-a-token', /refuses: 401 /],
    ['with a line break in it', 'part-one\npart-two', /holds no token/],
    ['for somebody else', tokenFor('somebody'), /PERMISSION_DENIED: .*cannot impersonate/],
  ])('refuses one %s, in words without it', async (_, token, words) => {
    const asked = await ask({ tokenFile: fileWith(token) })
    expect(asked).toEqual(refused(words))
    expectNotTold(asked, token.split('\n')[0] ?? '')
  })
})

test('a certificate of an authority that nobody named is told as that, and nothing is shown to who has it', async () => {
  const asked = await ask({ passwordFile: fileWith(password) }, { trusted: '' })
  expect(asked).toEqual({ code: 'unreachable', log: expect.stringMatching(/self-signed certificate/) as string })
  expectNotTold(asked, password)
})

function expectNotTold(asked: Asked, secret: string): void {
  const told = JSON.stringify(asked)
  expect(told).not.toContain(secret)
  expect(told).not.toContain(Buffer.from(`almanac:${secret}`).toString('base64'))
}

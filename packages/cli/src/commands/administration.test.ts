import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeCertificate } from '../../../server/src/access/testing/make-certificate.ts'
import { runAlmanac } from '../../test/recorded-context.ts'

let folder: string
let flags: readonly string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-administration-'))
  flags = ['--data', join(folder, 'data')]
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Added {
  readonly clientId: string
  readonly clientSecret?: string
}

async function addClient(...words: readonly string[]): Promise<Added> {
  const mandatory = ['--account', 'contoso', '--name', 'Importer', '--json']
  const { jsons } = await runAlmanac('client', 'add', ...mandatory, ...words, ...flags)
  return jsons[0] as Added
}

async function jsonOf<Value>(...words: readonly string[]): Promise<Value> {
  return (await runAlmanac(...words, '--json', ...flags)).jsons[0] as Value
}

test('accounts are listed, added, disabled and enabled', async () => {
  expect((await runAlmanac('account', 'add', 'contoso', '--name', 'Contoso Ltd', ...flags)).lines).toEqual([
    'contoso is known.',
  ])
  expect((await runAlmanac('account', 'disable', 'contoso', ...flags)).lines).toEqual([
    'contoso is disabled. None of its clients is let in any more.',
  ])
  const listed = () => jsonOf<readonly { readonly disabledTime: string | null }[]>('account', 'list')
  expect(await listed()).toMatchObject([
    { accountId: 'contoso', name: 'Contoso Ltd', disabledTime: expect.any(String) },
  ])
  await runAlmanac('account', 'enable', 'contoso', ...flags)
  expect(await listed()).toMatchObject([{ disabledTime: null }])
  expect((await runAlmanac('account', 'list', ...flags)).lines[0]).toMatch(/^contoso +Contoso Ltd +\d{4}-/m)
  await expect(runAlmanac('account', 'disable', 'nobody', ...flags)).rejects.toThrow('There is no such account.')
})

test('clients are listed, given roles, disabled and enabled', async () => {
  const { clientId } = await addClient()
  await runAlmanac('client', 'add', '--account', 'fabrikam', '--name', 'Other', ...flags)
  expect(await jsonOf<readonly unknown[]>('client', 'list')).toHaveLength(2)
  const ours = () => jsonOf('client', 'list', '--account', 'contoso')
  expect(await ours()).toMatchObject([{ clientId, roles: ['Reports.ReadWrite'], disabledTime: null }])
  await runAlmanac('client', 'roles', clientId, 'Reports.Read', 'Admin', ...flags)
  await runAlmanac('client', 'disable', clientId, ...flags)
  expect(await ours()).toMatchObject([{ roles: ['Reports.Read', 'Admin'], disabledTime: expect.any(String) }])
  await runAlmanac('client', 'enable', clientId, ...flags)
  expect((await runAlmanac('client', 'list', ...flags)).lines[0]).toMatch(
    new RegExp(`^${clientId} +contoso +Importer +Reports\\.Read Admin `, 'm'),
  )
  await expect(runAlmanac('client', 'roles', clientId, 'Root', ...flags)).rejects.toThrow(/Allowed choices/)
  await expect(runAlmanac('client', 'disable', 'nobody', ...flags)).rejects.toThrow('There is no client "nobody".')
})

test('a second secret is shown once, and a third one is refused in words', async () => {
  const { clientId, clientSecret = '' } = await addClient('--days', '30')
  const added = await runAlmanac('secret', 'add', clientId, '--days', '90', ...flags)
  const [, secret = ''] = /^ALMANAC_CLIENT_SECRET=(alm_[\w-]{43})$/.exec(added.lines[0] ?? '') ?? []
  expect(secret).not.toBe('')
  expect(added.notes[0]).toMatch(/^It ends at \d{4}-/)
  await expect(runAlmanac('secret', 'add', clientId, ...flags)).rejects.toThrow(
    'A client has at most 2 secrets that have not expired. Remove the one that is no longer used.',
  )
  const secrets = await jsonOf<readonly { readonly secretId: string }[]>('secret', 'list', clientId)
  expect(secrets).toMatchObject([{ hint: clientSecret.slice(-4), lastUsedTime: null }, { hint: secret.slice(-4) }])
  const { lines } = await runAlmanac('secret', 'list', clientId, ...flags)
  expect(lines.join('\n')).toContain(`…${secret.slice(-4)}`)
  expect(JSON.stringify([secrets, lines])).not.toContain(secret.slice(4, 20))
  await runAlmanac('secret', 'remove', clientId, secrets[0]?.secretId ?? '', ...flags)
  expect(await jsonOf('secret', 'list', clientId)).toMatchObject([{ hint: secret.slice(-4) }])
})

test('a client may have a certificate in place of a secret, and more of them', async () => {
  const now = Date.now()
  const files = await Promise.all(
    ['one.pem', 'two.pem'].map(async (name) => {
      const path = join(folder, name)
      await writeFile(path, makeCertificate({ validFromAt: now - 1_000, expiresAt: now + 86_400_000 }).pem)
      return path
    }),
  )
  const [one = '', two = ''] = files
  const added = await addClient('--certificate', one)
  expect(Object.keys(added)).not.toContain('clientSecret')
  expect(await jsonOf('secret', 'list', added.clientId)).toEqual([])
  const { lines, notes } = await runAlmanac('client', 'certificate', 'add', added.clientId, two, ...flags)
  expect(notes[0]).toMatch(/^CN=importer, good until /)
  expect(await jsonOf('client', 'certificate', 'list', added.clientId)).toHaveLength(2)
  await runAlmanac('client', 'certificate', 'remove', added.clientId, lines[0] ?? '', ...flags)
  expect((await runAlmanac('client', 'certificate', 'list', added.clientId, ...flags)).lines[0]).toContain(
    'CN=importer',
  )
  for (const begin of ['-iQ', '-V', '-h', '-c', '--'])
    await expect(
      runAlmanac('client', 'certificate', 'remove', added.clientId, begin.padEnd(43, 'x'), ...flags),
    ).rejects.toThrow('No such certificate')
  await expect(
    runAlmanac('client', 'certificate', 'remove', added.clientId, lines[0] ?? '', '--dta', folder),
  ).rejects.toThrow(/too many arguments/)
  await expect(addClient('--certificate', one, '--days', '3')).rejects.toThrow(/cannot be used with/)
  await writeFile(one, 'no certificate')
  await expect(addClient('--certificate', one)).rejects.toThrow('This is no X.509 certificate (PEM or DER)')
})

test('people log in by a client: added with a password that is shown once, listed, removed', async () => {
  const { clientId } = await addClient()
  const { lines } = await runAlmanac('client', 'user', 'add', clientId, 'Ana@Contoso.example', ...flags)
  expect(lines).toEqual(['username=ana@contoso.example', expect.stringMatching(/^password=alm_[\w-]{43}$/)])
  const listed = await runAlmanac('client', 'user', 'list', clientId, ...flags)
  expect(listed.lines[0]).toMatch(/^ana@contoso\.example +\d{4}-/m)
  expect(JSON.stringify(listed)).not.toContain(lines[1]?.slice(9, 30))
  await expect(runAlmanac('client', 'user', 'add', clientId, 'ana@contoso.example', ...flags)).rejects.toThrow(
    'The client has a user of that name.',
  )
  await runAlmanac('client', 'user', 'remove', clientId, 'ana@contoso.example', ...flags)
  expect(await jsonOf('client', 'user', 'list', clientId)).toEqual([])
  await expect(runAlmanac('client', 'user', 'remove', clientId, 'ana', ...flags)).rejects.toThrow('No such user.')
  await expect(runAlmanac('client', 'user', 'list', 'nobody', ...flags)).rejects.toThrow('There is no client "nobody".')
})

test('what the callbacks of a client are signed with can be shown again', async () => {
  const added = (await addClient()) as Added & { readonly webhookSecret: string }
  const { lines } = await runAlmanac('client', 'webhook-secret', added.clientId, ...flags)
  expect(lines).toEqual([added.webhookSecret])
  await expect(runAlmanac('client', 'webhook-secret', 'nobody', ...flags)).rejects.toThrow(
    'There is no client "nobody".',
  )
  const told = (await runAlmanac('audit', 'export', ...flags)).lines
  expect((JSON.parse(told.at(-1) ?? '') as { readonly entry: object }).entry).toMatchObject({
    action: 'client.webhook_secret_shown',
    actor: { kind: 'operator' },
    object: { kind: 'client', id: added.clientId },
    accountId: 'contoso',
    detail: { name: 'Importer' },
  })
  expect(told.join()).not.toContain(added.webhookSecret.replace('whsec_', ''))
})

test('keys are rotated and listed, without what they are', async () => {
  for (const purpose of ['token', 'link']) await runAlmanac('key', 'rotate', purpose, ...flags)
  const { lines } = await runAlmanac('key', 'rotate', 'token', '--at-once', ...flags)
  expect(lines[0]).toMatch(/^[\w-]+ signs from \d{4}-/)
  const keys = await jsonOf<readonly Record<string, unknown>[]>('key', 'list')
  expect(keys.map(({ purpose, endTime }) => [purpose, endTime === null])).toEqual([
    ['token', true],
    ['token', false],
    ['link', true],
  ])
  expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(['createdTime', 'endTime', 'keyId', 'purpose', 'signsFromTime'])
  expect((await runAlmanac('key', 'list', ...flags)).lines[0]).toContain('accepted until')
})

test('all of it is in the audit log, which is exported and verified, and an altered line ends with exit code 1', async () => {
  const { clientId, clientSecret = '' } = await addClient()
  await runAlmanac('client', 'disable', clientId, ...flags)
  await runAlmanac('key', 'rotate', 'link', ...flags)
  const { lines } = await runAlmanac('audit', 'export', ...flags)
  const entries = lines.map((line) => (JSON.parse(line) as { entry: { action: string; actor: object } }).entry)
  expect(entries.map(({ action }) => action)).toEqual([
    'account.added',
    'client.added',
    'client.disabled',
    'key.rotated',
  ])
  expect(entries[0]?.actor).toEqual({ kind: 'operator', name: expect.any(String) })
  expect(lines.join('\n')).not.toContain(clientSecret.slice(4, 20))

  const [whole = ''] = (await runAlmanac('audit', 'verify', ...flags)).lines
  const [, anchor = ''] = /^4 lines, whole\. The last one is (4:[0-9a-f]{64})$/.exec(whole) ?? []
  expect((await runAlmanac('audit', 'verify', '--anchor', anchor, ...flags)).lines).toEqual([whole])
  const exported = join(folder, 'audit.jsonl')
  await writeFile(exported, `${lines.join('\n')}\n`)
  expect((await runAlmanac('audit', 'verify', exported)).lines).toEqual([whole])
  await expect(runAlmanac('audit', 'verify', '--anchor', '4', ...flags)).rejects.toThrow(/a number and a hash/)

  const database = new DatabaseSync(join(folder, 'data', 'almanac.db'))
  database.exec(`update audit_log set entry = replace(entry, 'disabled', 'enabled') where number = 3`)
  database.close()
  const almanac = fileURLToPath(new URL('../../bin/almanac.mjs', import.meta.url))
  const verifying = () => execFileSync(process.execPath, [almanac, 'audit', 'verify', ...flags], { encoding: 'utf8' })
  expect(verifying).toThrow(
    expect.objectContaining({ status: 1, stdout: expect.stringMatching(/^line 3: The line was altered/) }),
  )
})

import { describe, expect, test } from 'vitest'
import { readSettings, SettingsError } from './read-settings.ts'
import type { SettingName } from './setting-table.ts'

type Overrides = Partial<Record<SettingName, unknown>>

const read = (overrides: Overrides) =>
  readSettings({ file: null, environment: {}, overrides, isTerminal: false }).artifacts

function problemsOf(overrides: Overrides): string {
  try {
    read(overrides)
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.join('\n')
    throw error
  }
  return ''
}

const connectionString = 'AccountName=a;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net'
const azure: Overrides = { 'artifacts.store': 'azure', 'artifacts.azure.connectionString': connectionString }
const s3: Overrides = { 'artifacts.store': 's3', 'artifacts.s3.bucket': 'files' }

describe('where files are kept', () => {
  test('is a disk when nothing is said, and links lead here', () => {
    expect(read({})).toEqual({ place: { kind: 'disk' }, links: 'own', prefix: 'artifacts/' })
  })

  test('is Azure with a connection string, or with an account whose identity is found', () => {
    expect(read(azure).place).toEqual({
      kind: 'azure',
      container: 'almanac',
      login: { kind: 'connection-string', connectionString },
    })
    const accountUrl = 'https://account.blob.core.windows.net'
    expect(read({ 'artifacts.store': 'azure', 'artifacts.azure.accountUrl': `${accountUrl}/` }).place).toMatchObject({
      login: { kind: 'identity', accountUrl },
    })
  })

  test('is S3 with a bucket, everything else as the AWS SDK finds it', () => {
    expect(read(s3).place).toEqual({ kind: 's3', bucket: 'files', region: null, endpoint: null, pathStyle: false })
  })

  test('has a prefix that ends in one slash', () => {
    expect(read({ ...s3, 'artifacts.prefix': 'a/b' }).prefix).toBe('a/b/')
    expect(read({ ...s3, 'artifacts.prefix': 'a/b//' }).prefix).toBe('a/b/')
  })

  test('is told when something is missing, or said twice', () => {
    expect(problemsOf({ 'artifacts.store': 's3' })).toMatch(/artifacts\.s3\.bucket has to say which bucket/)
    expect(problemsOf({ 'artifacts.store': 'azure' })).toMatch(/which account: one of them/)
    const both = { ...azure, 'artifacts.azure.accountUrl': 'https://account.blob.core.windows.net' }
    expect(problemsOf(both)).toMatch(/which account: one of them/)
    expect(problemsOf(both)).not.toContain('c2VjcmV0')
  })
})

describe('links of the store', () => {
  test('are had on Azure and S3', () => {
    for (const store of [azure, s3]) expect(read({ ...store, 'artifacts.links': 'store' }).links).toBe('store')
  })

  test.each<[string, Overrides, RegExp]>([
    ['on a disk', {}, /a disk answers no links/],
    ['that work once', { ...s3, 'links.singleUse': true }, /a store counts no uses/],
    ['bound to an address', { ...s3, 'links.bindToAddress': true }, /address of a request is unknown/],
    ['on a clock that moves', { ...s3, 'clock.movable': true }, /clock of a store cannot be moved/],
    ['for longer than a week', { ...s3, 'links.lifetimeHours': 169 }, /longer than 168 hours/],
    [
      'on Azure without a key to sign them',
      { ...azure, 'artifacts.azure.connectionString': 'BlobEndpoint=https://a.example;SharedAccessSignature=sig=x' },
      /has no AccountKey/,
    ],
  ])('are refused %s', (_, overrides, words) => {
    expect(problemsOf({ ...overrides, 'artifacts.links': 'store' })).toMatch(words)
  })
})

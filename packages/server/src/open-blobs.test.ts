import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Settings } from './config/settings.ts'

const run = promisify(execFile)
const openBlobs = new URL('open-blobs.ts', import.meta.url)
const server = new URL('index.ts', import.meta.url)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-open-blobs-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The packages of cloud services that a process loads which opens this place for files, beside all of the server. */
async function cloudPackagesOf(place: Settings['artifacts']['place']): Promise<readonly string[]> {
  const artifacts: Settings['artifacts'] = { place, links: 'own', prefix: 'artifacts/' }
  const program = `
    import { registerHooks } from 'node:module'
    const found = new Set()
    registerHooks({
      resolve(specifier, context, next) {
        const result = next(specifier, context)
        const [, name] = /node_modules\\/(@azure\\/[\\w-]+|@aws-sdk\\/[\\w-]+)\\//.exec(result.url) ?? []
        if (name !== undefined) found.add(name)
        return result
      },
    })
    await import(${JSON.stringify(server.href)})
    const { openBlobs } = await import(${JSON.stringify(openBlobs.href)})
    await openBlobs(${JSON.stringify({ artifacts, dataFolder: folder })}, 'tenant')
    console.log(JSON.stringify([...found]))
    process.exit()`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program])
  return JSON.parse(stdout) as readonly string[]
}

// A port that nothing listens on: opening asks nobody that it could not do without.
const nowhere = 'http://127.0.0.1:9'
const connectionString = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${'A'.repeat(86)}==;BlobEndpoint=${nowhere}/a;`

test('a server on disk loads no package of a cloud service', async () => {
  expect(await cloudPackagesOf({ kind: 'disk' })).toEqual([])
})

test('a server on S3 loads those of S3 and none of Azure', async () => {
  const packages = await cloudPackagesOf({ kind: 's3', bucket: 'b', region: 'x', endpoint: nowhere, pathStyle: true })
  expect(packages).toContain('@aws-sdk/client-s3')
  expect(packages.filter((name) => name.startsWith('@azure/'))).toEqual([])
})

test('a server on Azure with a key loads those of storage, and none that an identity takes', async () => {
  const login = { kind: 'connection-string', connectionString } as const
  const packages = await cloudPackagesOf({ kind: 'azure', container: 'c', login })
  expect(packages).toContain('@azure/storage-blob')
  expect(packages).not.toContain('@azure/identity')
  expect(packages.filter((name) => name.startsWith('@aws-sdk/'))).toEqual([])
})

test('a server on Azure without a key logs in as what it runs as', async () => {
  const login = { kind: 'identity', accountUrl: nowhere } as const
  expect(await cloudPackagesOf({ kind: 'azure', container: 'c', login })).toContain('@azure/identity')
})

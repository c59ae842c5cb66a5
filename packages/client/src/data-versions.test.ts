import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { openAsBlob } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { envelopeOf } from '../test/answering-server.ts'
import { startService } from '../test/service.ts'

const version = { datasetName: 'ISVOrder', version: 3, dataVersion: '3-abc', inForce: true }

test('a file is sent as it is, to the program of the base URL, with what was said of it and nothing else', async () => {
  const { client, asked } = await startService(() => ({ json: envelopeOf([version]) }))
  const loaded = await client.dataVersions.load('ISV Order', 'A,B\n1,2\n', {
    format: 'csv',
    mode: 'append',
    fileName: 'may & june.csv',
    dryRun: true,
  })
  expect(loaded).toEqual(version)
  const sent = asked.at(-1)
  expect(sent).toMatchObject({
    method: 'POST',
    path: '/admin/datasets/cmp/ISV%20Order/versions',
    body: 'A,B\n1,2\n',
    headers: { 'content-type': 'application/octet-stream', authorization: 'Bearer token-1' },
  })
  expect(Object.fromEntries(sent?.query ?? [])).toEqual({
    format: 'csv',
    mode: 'append',
    fileName: 'may & june.csv',
    dryRun: 'true',
  })
})

test('a file on disk is sent again, whole, when the token has expired early', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-client-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const text = 'A,B\n'.repeat(100_000)
  await writeFile(join(folder, 'a.csv'), text)
  let refusals = 0
  const { client, asked } = await startService(() => {
    refusals += 1
    return refusals === 1
      ? { status: 401, json: envelopeOf([], { statusCode: 401, error: { code: 'unauthorized', details: [] } }) }
      : { json: envelopeOf([version]) }
  })
  await client.dataVersions.load('ISVOrder', await openAsBlob(join(folder, 'a.csv')), { format: 'csv' })
  const bodies = asked.filter(({ path }) => path.startsWith('/admin/')).map(({ body }) => body)
  expect(bodies).toEqual([text, text])
})

test('what is wrong with a file comes as an error with every mistake', async () => {
  const details = [
    { code: 'wrong_value', message: 'line 2, column B: "x" is not a whole number', field: 'B', row: 1, line: 2 },
  ]
  const { client } = await startService(() => ({
    status: 400,
    json: envelopeOf([], { message: 'Nothing was loaded', statusCode: 400, error: { code: 'invalid_data', details } }),
  }))
  await expect(client.dataVersions.load('ISVOrder', 'A,B\n1,x\n', { format: 'csv' })).rejects.toMatchObject({
    code: 'invalid_data',
    message: 'Nothing was loaded',
    details,
  })
})

test('versions are listed and put in force again', async () => {
  const { client, asked } = await startService(() => ({ json: envelopeOf([version, { ...version, version: 2 }]) }))
  expect((await client.dataVersions.list('ISVOrder')).map((each) => each.version)).toEqual([3, 2])
  expect(asked.at(-1)).toMatchObject({ method: 'GET', path: '/admin/datasets/cmp/ISVOrder/versions' })
  expect(await client.dataVersions.activate('ISVOrder', 3)).toEqual(version)
  expect(asked.at(-1)).toMatchObject({ method: 'POST', path: '/admin/datasets/cmp/ISVOrder/versions/3/activate' })
})

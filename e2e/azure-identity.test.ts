import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dayMs } from '../packages/server/src/kernel/hours.ts'
import { makeCertificate } from '../packages/server/src/access/testing/make-certificate.ts'
import { removeFolder, root } from './testing/almanac-process.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'

// Microsoft's own library for tokens (`@azure/identity`), unchanged, with Almanac over TLS in the place of Entra.

const certificates = join(root, 'packages/server/src/http/testing/certificates')
const run = promisify(execFile)
const audience = 'https://api.partnercenter.microsoft.com'
let folder: string
let server: DemoProcess

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-e2e-azure-'))
  const settings = [
    `tls.certFile=${join(certificates, 'first-cert.pem')}`,
    `tls.keyFile=${join(certificates, 'first-key.pem')}`,
  ]
  const options = settings.flatMap((setting) => ['--set', setting])
  server = await startDemoProcess(join(folder, 'data'), ['--rows', '200', ...options])
})
afterAll(async () => {
  await server.stop('SIGTERM')
  await removeFolder(folder)
})

type Proof = { readonly secret: string } | { readonly certificatePath: string }

/** What a program with the library says, that trusts the server's certificate. */
async function askAs(clientId: string, proof: Proof, change: { tenantId?: string; scope?: string } = {}) {
  const { url, tenantId } = server
  const path = '/insights/v1.1/cmp/ScheduledDataset'
  const task = { url, tenantId, clientId, proof, scope: `${audience}/.default`, path, ...change }
  const { stdout } = await run(
    process.execPath,
    [join(root, 'e2e/testing/azure-identity-client.ts'), JSON.stringify(task)],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: join(certificates, 'first-cert.pem') } },
  )
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>
}

function demoClient() {
  const [client] = server.clients
  if (client === undefined) throw new Error('a demo has clients')
  return client
}

test('ClientSecretCredential gets a token that opens the API, and keeps it', async () => {
  const { clientId, clientSecret } = demoClient()
  const { secondsLeft, ...answer } = await askAs(clientId, { secret: clientSecret })
  expect(answer).toEqual({ status: 200, totalCount: 9, isKept: true })
  expect(secondsLeft).toBeGreaterThan(3_500)
})

test('ClientCertificateCredential gets one with a registered certificate, and none with another', async () => {
  const { clientId } = demoClient()
  const now = Date.now()
  const paths = await Promise.all(
    ['registered', 'another'].map(async (name) => {
      const { privateKey, pem } = makeCertificate({ validFromAt: now - dayMs, expiresAt: now + dayMs })
      await writeFile(join(folder, `${name}.crt`), pem)
      const path = join(folder, `${name}.pem`)
      await writeFile(path, `${pem}${privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}`)
      return path
    }),
  )
  const [registered = '', another = ''] = paths
  const almanac = join(root, 'packages/cli/bin/almanac.mjs')
  const certificate = join(folder, 'registered.crt')
  const data = join(folder, 'data')
  await run(process.execPath, [almanac, 'client', 'certificate', 'add', clientId, certificate, '--data', data])
  expect(await askAs(clientId, { certificatePath: registered })).toMatchObject({ status: 200, totalCount: 9 })
  expect(await askAs(clientId, { certificatePath: another })).toMatchObject({
    name: 'AuthenticationRequiredError',
    message: expect.stringContaining('AADSTS700027') as unknown,
  })
})

test.each<[string, number, () => { clientId?: string; secret?: string; tenantId?: string; scope?: string }]>([
  ['a wrong secret', 7000215, () => ({ secret: 'wrong' })],
  ['an unknown client', 700016, () => ({ clientId: '3b8fd1ab-0f2c-4f3f-a9a5-2d3d7c3f1e00' })],
  ['a resource that is not known', 500011, () => ({ scope: 'https://vault.azure.net/.default' })],
])('%s is told in the words of Entra (AADSTS%i)', async (_case, number, change) => {
  const { clientId, clientSecret } = demoClient()
  const { clientId: asked = clientId, secret = clientSecret, ...rest } = change()
  expect(await askAs(asked, { secret }, rest)).toMatchObject({
    name: expect.stringMatching(/^Authentication(Required)?Error$/) as unknown,
    message: expect.stringContaining(`AADSTS${number}: `) as unknown,
  })
})

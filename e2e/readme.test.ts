import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { removeFolder, root } from './testing/almanac-process.ts'
import { startDemoProcess } from './testing/demo-process.ts'
import { blocksOf, type Block } from './testing/document.ts'

// What the README shows is run as it stands there.

const run = promisify(execFile)
let folder: string
let readme: string
const environment = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-readme-'))
  readme = await readFile(join(root, 'README.md'), 'utf8')
})
afterAll(() => removeFolder(folder))

function blocks(): readonly Block[] {
  return blocksOf(readme)
}

function blockMarked(mark: string): string {
  const found = blocks().find((block) => block.mark === mark)
  if (found === undefined) throw new Error(`The README has no block marked ${mark}`)
  return found.text
}

describe('the README', () => {
  test('its first command makes data, walks the flow and leaves a checked file', async () => {
    expect(readme).toContain('npm ci && npm run demo\n')
    const data = join(folder, 'demo-data')
    const { stdout } = await run('npm', ['run', 'demo', '--', '--data', data, '--rows', '20000'], {
      cwd: root,
      env: environment,
    })
    expect(stdout).toMatch(/SHA-256 [0-9a-f]{64}: the same/)
    const file = /^ +(\S.*\.csv): /m.exec(stdout)?.[1] ?? ''
    expect((await readFile(file, 'utf8')).split('\n')[0]).toBe(
      'UsageDate,OfferName,SKU,NormalizedUsage,EstimatedExtendedChargePC',
    )
  })

  test('its flow in curl works as it stands', async () => {
    const server = await startDemoProcess(join(folder, 'flow-data'), ['--rows', '20000'])
    onTestFinished(async () => void (await server.stop('SIGTERM')))
    const here = join(folder, 'flow')
    await mkdir(here)
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', blockMarked('run=flow')], {
      cwd: here,
      env: {
        ...environment,
        ALMANAC: server.url,
        TENANT: server.tenantId,
        CLIENT_ID: server.clients[0]?.clientId,
        CLIENT_SECRET: server.clients[0]?.clientSecret,
      },
    })
    expect(stdout).toContain('"datasetName":"ISVOrder"')
    expect(stdout).toMatch(/"sha256":"[0-9a-f]{64}"/)
    expect(stdout).toMatch(/^OrderId,OfferName,OrderPurchaseDate$/m)
  })

  test('its own-data files make a server that answers one account with its own rows', async () => {
    const here = join(folder, 'own')
    for (const { mark, text } of blocks()) {
      const path = /^file=(.+)$/.exec(mark)?.[1]
      if (path === undefined) continue
      await mkdir(dirname(join(here, path)), { recursive: true })
      await writeFile(join(here, path), text)
    }
    const [add = '', start = '', ask = ''] = (
      blocks().find(({ text }) => text.startsWith('npx almanac client add'))?.text ?? ''
    ).split('\n')
    expect(start).toBe('npm start -- --config almanac.yaml')
    const shell = (line: string, more: NodeJS.ProcessEnv = {}): Promise<{ stdout: string }> =>
      run('bash', ['-c', line.replace(/^npx /, '')], { cwd: here, env: { ...environment, ...more } })

    const { stdout: credentials } = await shell(add)
    const given = Object.fromEntries(
      [...credentials.matchAll(/^(\w+)=(.+)$/gm)].map(([, name, value]) => [name, value]),
    )
    const server = spawn('almanac', ['serve', '--config', 'almanac.yaml', '--port', '0', '--json'], {
      cwd: here,
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => void server.kill('SIGKILL'))
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
    const { url, tenantId } = JSON.parse(line) as { url: string; tenantId: string }
    expect(given.ALMANAC_TENANT_ID).toBe(tenantId)

    const { stdout: answer } = await shell(ask, { ...given, ALMANAC_URL: url })
    expect(answer).toMatch(/Norway +12\.5/)
    expect(answer).toMatch(/Japan +7\.25/)
    expect(answer).not.toContain('99')
    server.kill('SIGTERM')
    expect((await once(server, 'exit'))[0]).toBe(0)
  })
})

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, requestToken } from '../e2e/testing/call.ts'
import { base, completed, createReport, download, saveQuery } from '../e2e/testing/steps.ts'
import { freePort } from '../packages/server/src/kernel/testing/free-port.ts'
import { openPodman, podmanLacking, type Podman } from './deploy/podman.ts'
import { runCommand } from './deploy/run-command.ts'
import { makeStandIns } from './deploy/stand-ins.ts'
import { inNameOfSuite } from './scale/in-name-of-suite.ts'
import { pythonEnvironment } from './scale/python-environment.ts'

// What deploy/ has, built and started for real.

const root = join(import.meta.dirname, '..')
const locked = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--tmpfs=/tmp']

describe.skipIf(podmanLacking !== null)(`containers${inNameOfSuite(podmanLacking)}`, { timeout: 280_000 }, () => {
  let podman: Podman
  let folder: string
  let project: string

  beforeAll(async () => {
    podman = openPodman()
    folder = await mkdtemp(join(tmpdir(), 'almanac-containers-'))
    project = `almanac-${process.pid}`
    await makeStandIns(podman, ['node'])
    await build()
  }, 600_000)
  afterAll(async () => {
    if (podman === undefined) return
    const ours = (await podman.run('ps', '--all', '--quiet', '--filter', `name=${project}`)).split('\n')
    if (ours[0] !== '') await podman.run('rm', '--force', '--depend', '--volumes', '--time=0', ...ours)
    // Those without a name too: the image declares one.
    await podman.run('volume', 'prune', '--force')
    const networks = (await podman.run('network', 'ls', '--quiet', '--filter', `name=${project}`)).split('\n')
    if (networks[0] !== '') await podman.run('network', 'rm', ...networks)
    await rm(folder, { recursive: true, force: true })
  })

  /** The image, with npm told by this machine's own settings whom it may trust; nothing of that stays in the image. */
  async function build(): Promise<void> {
    const settings = join(folder, 'npm')
    await mkdir(settings, { mode: 0o700 })
    const ownFile = await runCommand('npm', ['config', 'get', 'userconfig'])
    const lines = existsSync(ownFile) ? [await readFile(ownFile, 'utf8')] : []
    const authorities = process.env['NODE_EXTRA_CA_CERTS']
    if (authorities !== undefined) {
      await cp(authorities, join(settings, 'authorities.pem'), { dereference: true })
      lines.push('cafile=/usr/local/etc/authorities.pem')
    }
    await writeFile(join(settings, 'npmrc'), `${lines.join('\n')}\n`)
    // npm reads it from there by itself, and the folder is in the image already, and empty.
    const forBuild = ['--network=host', `--volume=${settings}:/usr/local/etc:ro`, '--pull=never']
    const file = [
      '--file',
      join(root, 'deploy/Dockerfile'),
      '--ignorefile',
      join(root, 'deploy/Dockerfile.dockerignore'),
    ]
    await podman.run('build', ...forBuild, ...file, '--format=docker', '--tag', 'localhost/almanac', root)
  }

  /** Runs a script of the shell in a container of the image, as its user, and gives what it prints. */
  const inImage = (script: string, ...options: readonly string[]) =>
    podman.run('run', '--rm', ...locked, ...options, '--entrypoint=/bin/sh', 'localhost/almanac', '-c', script)

  async function untilHealthy(container: string): Promise<void> {
    const until = performance.now() + 240_000
    for (;;) {
      // There need be no systemd, which looks after health otherwise.
      const failure = await podman.run('healthcheck', 'run', container).then(
        () => null,
        (error: unknown) => error,
      )
      if (failure === null) return
      const isRunning = (await podman.run('inspect', '--format={{.State.Running}}', container)) === 'true'
      if (!isRunning || performance.now() > until) {
        const log = await runCommand('sh', ['-c', 'podman logs "$0" 2>&1', container], podman.environment)
        throw new Error(`${container} is not healthy:\n${log}`, { cause: failure })
      }
      await setTimeout(1_000)
    }
  }

  const stateOf = async (container: string): Promise<unknown> =>
    JSON.parse(await podman.run('inspect', '--format={{json .State}}', container))

  describe('the image', () => {
    test('has what a server needs, and nothing of development, of tests, or of the machine that built it', async () => {
      const files = (await inImage('find / -xdev 2>/dev/null || true', '--user=0')).split('\n')
      const ours = files.filter((path) => path.startsWith('/almanac/'))
      expect(ours).toContain('/almanac/node_modules/fastify/package.json')
      expect(ours).toContain('/almanac/LICENSE')
      const tests = /^\/almanac\/packages\/.*(\.(test|contract)\.ts$|\/testing(\/|$))/
      expect(ours.filter((path) => tests.test(path))).toEqual([])
      expect(ours.filter((path) => /^\/almanac\/(e2e|bench|tools|docs|deploy|examples)(\/|$)/.test(path))).toEqual([])
      for (const name of ['vitest', 'typescript', 'oxlint', 'node', 'knip', 'autocannon'])
        expect([name, ours.includes(`/almanac/node_modules/${name}`)]).toEqual([name, false])
      expect(files.filter((path) => /\/(npm|npx|yarn|corepack)$/.test(path))).toEqual([])
      expect(files.filter((path) => /authorities\.pem$|\/etc\/npmrc$|\/root\/\.npm/.test(path))).toEqual([])
      expect(await podman.run('history', '--no-trunc', 'localhost/almanac')).not.toContain('authorities')
    })

    test('serves as nobody special, on a file system that can’t be written to, and ends when it is told to', async () => {
      const name = `${project}-alone`
      const port = await freePort()
      const volume = `${project}-alone`
      const started = ['run', '--detach', '--name', name, ...locked, `--publish=127.0.0.1:${port}:8080`]
      const settings = [`--volume=${volume}:/data`, '--env=ALMANAC_PUBLIC_URL=https://reports.example.com']
      await podman.run(...started, ...settings, 'localhost/almanac')
      await untilHealthy(name)
      expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200)

      const inside = (...words: readonly string[]) => podman.run('exec', name, ...words)
      const status = await inside('cat', '/proc/1/status')
      expect(status).toMatch(/^Uid:\s+1000\s+1000\s+1000\s+1000$/m)
      expect(status).toMatch(/^CapBnd:\s+0+$/m)
      expect(status).toMatch(/^CapEff:\s+0+$/m)
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m)
      for (const path of ['/almanac/planted', '/planted', '/home/node/planted', '/usr/local/bin/planted'])
        await expect(inside('touch', path)).rejects.toThrow(/Read-only file system/)

      expect(await inside('almanac', 'account', 'add', 'contoso')).toBe('contoso is known.')
      const toldAt = performance.now()
      await podman.run('stop', '--time=30', name)
      expect(await stateOf(name)).toMatchObject({ ExitCode: 0, OOMKilled: false })
      expect(performance.now() - toldAt).toBeLessThan(15_000)
      await podman.run('rm', name)

      expect(await inImage('almanac account list', ...settings)).toContain('contoso')
    })

    test('takes any number as its user, and tells it in the audit log', async () => {
      const words = 'almanac account add contoso >/dev/null && almanac audit export'
      const settings = ['--env=ALMANAC_PUBLIC_URL=https://a.example', '--env=ALMANAC_DATA_FOLDER=/tmp/data']
      expect(await inImage(words, '--user=54321:0', '--passwd=false', ...settings)).toContain('"uid 54321"')
    })

    test('is as healthy as the server in it', async () => {
      // Nobody listens in there.
      const name = `${project}-ill`
      await podman.run('run', '--detach', '--name', name, ...locked, '--entrypoint=sleep', 'localhost/almanac', '60')
      expect(await stateOf(name)).toMatchObject({ Running: true })
      const failure: unknown = await podman.run('healthcheck', 'run', name).catch((error: unknown) => error)
      // 1: it was asked, and is not well. That there is nothing to ask would be 125.
      expect(failure).toMatchObject({ name: 'CommandFailed', cause: { code: 1 } })
      await podman.run('rm', '--force', '--time=0', name)
    })
  })

  describe('the compose file', () => {
    let port: number
    let composeCommand: string
    let overrides: string

    const compose = (...words: readonly string[]): Promise<string> =>
      runCommand(
        composeCommand,
        ['--file', join(root, 'deploy/compose.yaml'), '--file', overrides, '--project-name', project, ...words],
        { ...podman.environment, ALMANAC_PORT: String(port) },
      )
    const containers = async (): Promise<readonly string[]> =>
      (await podman.run('ps', '--all', '--format={{.Names}}', '--filter', `name=^${project}_`)).split('\n').toSorted()
    const inApi = (...words: readonly string[]) => podman.run('exec', `${project}_api_1`, ...words)

    beforeAll(async () => {
      await makeStandIns(podman, ['postgres', 'trino', 'azurite'])
      const commands = await pythonEnvironment('deploy', join(import.meta.dirname, 'deploy/requirements.txt'))
      composeCommand = join(commands, 'podman-compose')
      port = await freePort()
      // A catalog of one's own, as docs/operations/containers.md has it: that which ships, and a table of Trino.
      await cp(join(root, 'packages/server/catalog'), join(folder, 'catalog'), { recursive: true })
      await writeFile(join(folder, 'catalog/cmp/Nations.yaml'), nations)
      overrides = join(folder, 'overrides.yaml')
      await writeFile(overrides, overridesFor(join(folder, 'catalog'), port))
      await compose('up', '--detach', '--no-build')
    }, 400_000)

    test('starts everything, and everything of ours is healthy', async () => {
      const names = await containers()
      expect(names.map((name) => name.slice(project.length))).toEqual([
        '_api_1',
        '_azurite_1',
        '_callbacks_1',
        '_postgres_1',
        '_trino_1',
        '_worker_1',
        '_worker_2',
        '_worker_3',
      ])
      for (const name of names.filter((each) => !each.endsWith('azurite_1'))) await untilHealthy(name)
      const ready = await fetch(`http://localhost:${port}/ready`)
      expect([ready.status, await ready.json()]).toMatchObject([
        200,
        { checks: { database: 'ok', engine: 'ok', files: 'ok' } },
      ])
    })

    test('runs reports of both engines by any of its workers, one of which is killed', async () => {
      await inApi('almanac', 'sample', '--out', '/data/datasets', '--accounts', '1', '--rows', '20000', '--seed', '1')
      const account = JSON.parse(await inApi('cat', '/data/datasets/sample.json')).accounts[0].id as string
      await inApi('almanac', 'account', 'add', account)
      const added = JSON.parse(
        await inApi('almanac', 'client', 'add', '--account', account, '--name', 'importer', '--json'),
      ) as { readonly clientId: string; readonly clientSecret: string; readonly tenantId: string }
      const url = `http://localhost:${port}`
      const server = { url, tenantId: added.tenantId, pid: 0, program: 'cmp', clients: [{ account, ...added }] }
      const token = await requestToken(server)

      const nationsId = await saveQuery(server, token, 'nations', 'SELECT name FROM Nations ORDER BY name ASC')
      const ordersId = await saveQuery(server, token, 'orders', 'SELECT OfferName, AssetId FROM ISVOrder')
      const ofTrino = await completed(server, token, await createReport(server, token, 'nations', nationsId))
      expect((await download(ofTrino)).split('\n').slice(0, 3)).toEqual(['name', 'ALGERIA', 'ARGENTINA'])

      const reports = []
      for (let index = 0; index < 12; index += 1)
        reports.push(await createReport(server, token, `orders ${index}`, ordersId))
      await podman.run('kill', `${project}_worker_2`)
      for (const reportId of reports) {
        const text = await download(await completed(server, token, reportId))
        expect(text.split('\n')[0]).toBe('OfferName,AssetId')
        expect(text.length).toBeGreaterThan(100)
      }
      // No file of a report is in a container: Azurite has them all.
      expect(await inApi('sh', '-c', 'ls /data/artifacts/blobs 2>/dev/null | wc -l')).toBe('0')
      expect((await call(server, token, 'GET', `${base}/ScheduledReport`)).body.totalCount).toBe(13)
    })

    test('ends everything of ours cleanly and in time', async () => {
      const ours = (await containers()).filter((name) => /_(api|callbacks|worker)_[13]$/.test(name))
      expect(ours).toHaveLength(4)
      const toldAt = performance.now()
      await podman.run('stop', ...ours)
      expect(performance.now() - toldAt).toBeLessThan(30_000)
      for (const name of ours) expect([name, await stateOf(name)]).toMatchObject([name, { ExitCode: 0 }])
      await compose('down', '--volumes')
      expect(await containers()).toEqual([''])
    })
  })
})

const nations = `name: Nations
title: Nations
description: The nations of TPC-H, which are everybody's.
source: { format: trino, catalog: tpch, schema: tiny, table: nation }
minimumRecurrenceIntervalHours: 24
columns:
  - { name: name, type: string }
`

const overridesFor = (catalog: string, port: number): string => `x-own: &own
  environment:
    ALMANAC_CATALOG_FOLDER: /catalog
    ALMANAC_PUBLIC_URL: http://localhost:${port}
  volumes: ['${catalog}:/catalog:ro']

services:
  api: *own
  worker: *own
  callbacks: *own
`

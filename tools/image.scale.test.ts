import { spawn, execFile } from 'node:child_process'
import { once } from 'node:events'
import { chown, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { globSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

// No engine of containers runs where these tests do. So the Dockerfile's own steps are done in folders, one for each stage,
// and what they leave is started as the image would be: as its user, who may write to the data folder and nowhere else.

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const isRoot = process.getuid?.() === 0

interface Stage {
  readonly folder: string
  readonly environment: Record<string, string>
  user: string
  healthCheck: readonly string[]
  command: readonly string[]
}

let made: string
let image: Stage

/** Does the steps of a Dockerfile, as far as ours has them. Fails on an instruction that it doesn't know. */
async function build(dockerfile: string): Promise<Stage> {
  const stages = new Map<string, Stage>()
  const lines = dockerfile
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
  let stage: Stage = { folder: '', environment: {}, user: '', healthCheck: [], command: [] }
  let entry: readonly string[] = []
  for (const line of lines.filter((text) => text.trim() !== '')) {
    const [, instruction = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? []
    if (instruction === 'FROM') {
      const name = / AS (\S+)$/.exec(rest)?.[1] ?? `stage ${stages.size}`
      stage = { folder: join(made, name.replaceAll(' ', '-')), environment: {}, user: '', healthCheck: [], command: [] }
      await mkdir(stage.folder)
      stages.set(name, stage)
    } else if (instruction === 'COPY') {
      await copy(stages, stage.folder, rest.split(/\s+/))
    } else if (instruction === 'RUN') {
      // The folders at the top of the image are ours to make below its folder.
      const command = rest.replaceAll(/(?<= )\/data/g, join(made, 'data'))
      await run('sh', ['-c', command], { cwd: stage.folder, env: withOwnNode(), timeout: 280_000 })
    } else if (instruction === 'ENV') {
      for (const [, name = '', value = ''] of rest.matchAll(/(\w+)=(\S+)/g)) stage.environment[name] = value
    } else if (instruction === 'USER') stage.user = rest
    else if (instruction === 'ENTRYPOINT') entry = JSON.parse(rest) as readonly string[]
    else if (instruction === 'CMD') stage.command = [...entry, ...(JSON.parse(rest) as readonly string[])]
    else if (instruction === 'HEALTHCHECK')
      stage.healthCheck = JSON.parse(rest.replace(/^.*? CMD /, '')) as readonly string[]
    else if (!['ARG', 'WORKDIR', 'VOLUME', 'EXPOSE'].includes(instruction))
      throw new Error(`${instruction} is new here`)
  }
  return stage
}

async function copy(stages: ReadonlyMap<string, Stage>, folder: string, words: readonly string[]): Promise<void> {
  const from = words[0]?.startsWith('--from=') === true ? words[0].slice('--from='.length) : undefined
  const sources = from === undefined ? words.slice(0, -1) : [stages.get(from)?.folder ?? 'none']
  const to = words.at(-1) ?? ''
  for (const source of sources) {
    const isFolder = (await stat(join(from === undefined ? root : '/', source))).isDirectory()
    const target = isFolder ? join(folder, to) : join(folder, to, basename(source))
    await cp(join(from === undefined ? root : '/', source), target, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) =>
        from !== undefined ||
        !/\.(test|contract)\.ts$|\/testing(\/|$)|\/node_modules(\/|$)/.test(path.slice(root.length)),
    })
  }
}

function withOwnNode(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}` }
}

beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'almanac-image-'))
  await run('chmod', ['755', made])
  image = await build(await readFile(join(root, 'deploy/Dockerfile'), 'utf8'))
}, 300_000)
afterAll(() => rm(made, { recursive: true, force: true }))

describe('what the Dockerfile makes', () => {
  test('has what a server needs and nothing of development', () => {
    const packages = globSync('node_modules/*', { cwd: image.folder }).map((path) => basename(path))
    expect(packages).toContain('fastify')
    for (const development of ['vitest', 'typescript', 'oxlint', 'node', 'knip'])
      expect(packages).not.toContain(development)
    expect(globSync('packages/**/*.test.ts', { cwd: image.folder })).toEqual([])
  })

  test.skipIf(!isRoot)(
    'serves as a user who can write to the data folder alone, and its health check says so',
    async () => {
      const [uid = 0, gid = 0] = image.user.split(':').map(Number)
      expect(uid).toBeGreaterThan(0)
      const temporary = join(made, 'tmp')
      await mkdir(temporary)
      await chown(temporary, uid, gid)
      const environment: Record<string, string> = {
        ...image.environment,
        ALMANAC_DATA_FOLDER: join(made, 'data'),
        ALMANAC_LISTEN_PORT: '0',
        ALMANAC_PUBLIC_URL: 'https://reports.example.com',
        PATH: '/usr/bin:/bin',
        TMPDIR: temporary,
      }
      // As the image's Node, where its user may read it.
      const node = join(made, 'node')
      await cp(process.execPath, node, { dereference: true })
      const started = performance.now()
      const [, ...options] = image.command
      const as = { uid, gid, cwd: image.folder }
      const server = spawn(node, [...options, '--json'], { ...as, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
      onTestFinished(() => void server.kill('SIGKILL'))
      let log = ''
      server.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
      const line = await Promise.race([
        once(createInterface({ input: server.stdout }), 'line').then(([text]) => String(text)),
        once(server, 'exit').then(() => Promise.reject(new Error(log))),
      ])
      expect(JSON.parse(line)).toMatchObject({ url: 'https://reports.example.com' })
      const { stdout: sockets } = await run('sh', [
        '-c',
        `ls -l /proc/${server.pid}/fd | grep -o 'socket:\\[[0-9]*'; cat /proc/net/tcp`,
      ])
      const port = portOf(sockets)
      const check = (at: number) =>
        run(node, image.healthCheck.slice(1), { ...as, env: { ...environment, ALMANAC_LISTEN_PORT: String(at) } }).then(
          () => 0,
          (error: unknown) => (error as { readonly code: number }).code,
        )
      expect(await check(port)).toBe(0)
      expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200)

      const { stdout: written } = await run('find', [
        made,
        '-newermt',
        new Date(Date.now() - (performance.now() - started)).toISOString(),
        '-user',
        String(uid),
        '-not',
        '-path',
        `${join(made, 'data')}*`,
        '-not',
        '-path',
        `${temporary}*`,
      ])
      expect(written).toBe('')
      await expect(run(node, ['-e', `require('fs').writeFileSync('packages/planted', '')`], as)).rejects.toThrow(
        'EACCES',
      )
      server.kill('SIGTERM')
      expect(await once(server, 'exit')).toEqual([0, null])
      expect(await check(port)).toBe(1)
    },
  )

  test('starts without anything that is not in it', async () => {
    await writeFile(join(made, 'empty'), '')
    const { stdout } = await run(process.execPath, ['packages/cli/bin/almanac.mjs', 'serve', '--help'], {
      cwd: image.folder,
    })
    expect(stdout).toContain('artifacts.store')
  })
})

/** The port that a process listens on: one of its sockets is in the state 0A of the kernel's table. */
function portOf(sockets: string): number {
  const own = new Set([...sockets.matchAll(/socket:\[(\d+)/g)].map(([, inode]) => inode))
  const listening = sockets
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[3] === '0A' && own.has(fields[9]))
  return parseInt(listening?.[1]?.split(':')[1] ?? '0', 16)
}

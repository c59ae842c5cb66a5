import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { root } from './almanac-process.ts'

/** A fenced block of a page: ```` ```sh run=flow ```` has the language `sh` and the mark `run=flow`. */
export interface Block {
  readonly language: string
  readonly mark: string
  readonly text: string
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language = '', mark = '', text = '']) => ({
    language,
    mark,
    text,
  }))
}

/** A page whose steps have been done as it stands there, and what they left. */
export interface Walkthrough {
  /** Where the steps were done. */
  readonly folder: string
  /** The environment that the last step left: `ALMANAC_URL` of the server that runs, credentials, and so on. */
  readonly environment: Readonly<Record<string, string>>
  /** What could not be found of the output that the page shows: each expected line, with what came instead. */
  readonly differences: readonly string[]
  /** Stops the server and removes the folder. */
  end(): Promise<void>
}

export interface WalkthroughOptions {
  /** Entries of the repository that the steps find in their folder, beside what they make. */
  readonly links?: readonly string[]
}

/**
 * Does what a page says, from top to bottom, in a folder of its own:
 *
 *   file=PATH   the block is the content of that file
 *   run         bash runs the block; it fails the walk if it fails. The environment goes on to the next one
 *   run=fails   the same for a command that is meant to fail
 *   run=serve   starts the server (on a free port, ALMANAC_URL names it), or starts it again
 *   shows       the output of the block before has these lines, in this order; blanks count as one, `…` stands for anything
 */
export async function walkThrough(page: string, { links = [] }: WalkthroughOptions = {}): Promise<Walkthrough> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-page-'))
  for (const link of ['node_modules', ...links]) await symlink(join(root, link), join(folder, link))
  const differences: string[] = []
  let environment = ownEnvironment()
  let output = ''
  let server: ServerProcess | undefined
  const end = async (): Promise<void> => {
    if (server !== undefined) await within('Stopping the server', server.stop())
    await rm(folder, { recursive: true, force: true })
  }

  try {
    for (const { mark, text } of blocksOf(page)) {
      const [, path] = /^file=(.+)$/.exec(mark) ?? []
      if (path !== undefined) {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), text)
      } else if (mark === 'run' || mark === 'run=fails') {
        const done = await within(text, runShell(text, folder, environment))
        if (done.failed !== (mark === 'run=fails')) throw new Error(`${text}\n${done.output}`)
        environment = done.environment
        output = done.output
      } else if (mark === 'run=serve') {
        if (server !== undefined) await within('Stopping the server', server.stop())
        server = await within(text, startServer(text, folder, environment))
        environment = { ...environment, ALMANAC_URL: server.url }
      } else if (mark === 'shows') {
        differences.push(...missingLines(text, output))
      }
    }
  } catch (error) {
    await end()
    throw error
  }
  return { folder, environment, differences, end }
}

const stepLimitMs = 60_000

/** What a step gives; fails with its name when it hangs, which no reader of a page would wait for either. */
async function within<Result>(step: string, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`This took longer than ${stepLimitMs / 1_000} s:\n${step}`)), stepLimitMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** This process's environment with the project's commands, without settings of an Almanac that somebody uses here. */
function ownEnvironment(): Readonly<Record<string, string>> {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('ALMANAC_'))
  const kept: Readonly<Record<string, string>> = Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']))
  return { ...kept, PATH: `${join(root, 'node_modules/.bin')}:${kept['PATH']}` }
}

interface Done {
  readonly failed: boolean
  readonly output: string
  readonly environment: Readonly<Record<string, string>>
}

const run = promisify(execFile)

async function runShell(text: string, cwd: string, environment: Readonly<Record<string, string>>): Promise<Done> {
  const leftAt = join(cwd, '.environment')
  // `npx` would look for the command on the network where it isn't installed; here it is on the PATH.
  const script = `npx() { command "$@"; }\n${text}\nenv -0 > '${leftAt}'`
  try {
    const { stdout, stderr } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd, env: environment })
    const left = (await readFile(leftAt, 'utf8')).split('\0').filter((entry) => entry.includes('='))
    return {
      failed: false,
      output: `${stdout}\n${stderr}`,
      environment: Object.fromEntries(
        left.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
      ),
    }
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string }
    return { failed: true, output: `${stdout}\n${stderr}`, environment }
  }
}

interface ServerProcess {
  readonly url: string
  stop(): Promise<void>
}

// A test that fails before it stops its server must not leave it running.
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

async function startServer(
  text: string,
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const command = `exec ${text.trim().replace(/^npx /, '')} --port 0 --json`
  const child = spawn('bash', ['-c', command], { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const exited = once(child, 'exit')
  const announced = once(createInterface({ input: child.stdout }), 'line')
  const ended = exited.then(([code]) => {
    throw new Error(`${text} ended with ${String(code)} before it listened:\n${log}`)
  })
  const [line] = (await Promise.race([announced, ended])) as [string]
  // Its end is expected from here on.
  ended.catch(() => undefined)
  return {
    url: (JSON.parse(line) as { readonly url: string }).url,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

function missingLines(expected: string, output: string): readonly string[] {
  const lines = output.split('\n').map(squeezed)
  const missing: string[] = []
  let from = 0
  for (const line of expected.split('\n').map(squeezed)) {
    if (line === '' || line === '…') continue
    const pattern = new RegExp(
      `^${line
        .split('…')
        .map((part) => RegExp.escape(part))
        .join('.*')}$`,
    )
    const at = lines.findIndex((candidate, index) => index >= from && pattern.test(candidate))
    if (at === -1) missing.push(`${line}\n  is not in:\n${output}`)
    else from = at + 1
  }
  return missing
}

function squeezed(line: string): string {
  return line.replaceAll(/\s+/g, ' ').trim()
}

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { SampleFlags } from '../sample-options.ts'

/** What a server says with `--json` as soon as it listens. */
export interface Announcement {
  readonly url: string
  readonly tenantId: string
  readonly program: string
  readonly clients: readonly {
    readonly account: string
    readonly clientId: string
    readonly clientSecret: string
  }[]
  readonly pid: number
}

/** A server in a process of its own. */
export interface ServeChild {
  readonly announcement: Announcement
  /** Rejects when the server ends without having been told to. Never resolves. */
  readonly died: Promise<never>
  /** Ends it and waits until it has ended. */
  stop(): Promise<void>
}

const almanac = fileURLToPath(new URL('../../bin/almanac.mjs', import.meta.url))

/**
 * Starts `almanac serve --demo` on a free port and waits until it listens. Its log goes to `logFile`. Raises an error with the end of the log when it doesn't start.
 */
export async function startServeChild(input: {
  readonly dataFolder: string
  readonly sample: SampleFlags
  readonly logFile: string
  readonly signal: AbortSignal
}): Promise<ServeChild> {
  const { dataFolder, sample, logFile, signal } = input
  signal.throwIfAborted()
  const log = await open(logFile, 'w')
  const flags = ['--demo', '--json', '--port', '0', '--data', dataFolder]
  const wanted = ['--rows', `${sample.rows}`, '--accounts', `${sample.accounts}`, '--seed', `${sample.seed}`]
  const child = spawn(process.execPath, [almanac, 'serve', ...flags, ...wanted], {
    stdio: ['ignore', 'pipe', log.fd],
    // What the environment says about another server or client is not meant for this one.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ALMANAC_'))),
  })
  await log.close()
  const ended = once(child, 'exit')
  const died = ended.then(async () => {
    throw new Error(`The server ended (${endOf(child)}). Its log, ${logFile}, ends with:\n${await lastLines(logFile)}`)
  })
  // It is looked at while the server is needed; afterwards it ends as it should.
  died.catch(() => undefined)

  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
  }
  try {
    const announcement = await Promise.race([readAnnouncement(child), died, aborted(signal)])
    return { announcement, died, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function readAnnouncement({ stdout }: ChildProcess): Promise<Announcement> {
  if (stdout === null) throw new Error('The server was started without a pipe')
  const lines = createInterface({ input: stdout })
  // Whatever follows is read and dropped: a full pipe would stop the server.
  const [line] = (await once(lines, 'line')) as [string]
  return JSON.parse(line) as Announcement
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  return promise
}

function endOf({ exitCode, signalCode }: ChildProcess): string {
  return signalCode === null ? `exit code ${exitCode}` : signalCode
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .slice(-5)
    .map((line) => `  ${line}`)
    .join('\n')
}

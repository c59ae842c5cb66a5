import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { createInterface } from 'node:readline'

/** The real command as a real process, which has said that it listens. */
export interface AlmanacProcess {
  /** The line of JSON by which it said so. */
  readonly announcement: string
  /** All that has come on standard output so far. */
  readonly output: readonly string[]
  /** All that has come on standard error so far: its log, a line of JSON each. */
  readonly log: string
  /** Resolves with the exit code when it ends, by itself or not; null after SIGKILL. */
  readonly ended: Promise<number | null>
  /** Sends the signal and resolves with the exit code (null after SIGKILL). */
  readonly stop: (signal: 'SIGTERM' | 'SIGKILL') => Promise<number | null>
}

export interface Launch {
  /** The folder of the program, this one or another version. */
  readonly program: string
  /** The words after `almanac`, without `--data`. */
  readonly words: readonly string[]
  readonly dataFolder: string
  /** On top of this process's own. */
  readonly environment?: Readonly<Record<string, string>>
  /** Flags of Node. */
  readonly nodeFlags?: readonly string[]
}

export const root = join(import.meta.dirname, '../..')

/** All that were started here, and when each, with the engines that it started, will be gone. */
const started: { readonly child: ChildProcess; readonly dataFolder: string; readonly gone: Promise<unknown> }[] = []
// A test that fails before it stops its servers must not leave them running. To who has ended nothing is sent.
process.once('exit', () => started.forEach(({ child }) => child.kill('SIGKILL')))

/** Starts it and waits for its announcement. Fails with its log if it ends before. */
export async function launch(options: Launch): Promise<AlmanacProcess> {
  const { program, words, dataFolder, environment = {}, nodeFlags = [] } = options
  const command = join(program, 'packages/cli/bin/almanac.mjs')
  const child = spawn(process.execPath, [...nodeFlags, command, ...words, '--data', dataFolder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  // Its engines write to its standard error too: that is closed when the last of them has ended.
  started.push({ child, dataFolder, gone: once(child, 'close') })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  const output: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => output.push(line))
  const announcement = await Promise.race([
    once(lines, 'line').then(([line]) => line as string),
    ended.then((code) => {
      throw new Error(`almanac serve ended with ${code} before it listened:\n${log}`)
    }),
  ])
  return {
    announcement,
    output,
    get log() {
      return log
    },
    ended,
    stop(signal) {
      child.kill(signal)
      return ended
    },
  }
}

/**
 * Removes a folder when the processes that had their data in it are gone. `stop` does not wait for the engines: those of
 * a killed process go on for a moment, and one of them that still makes a file would keep the folder from being removed.
 */
export async function removeFolder(folder: string): Promise<void> {
  const inside = started.filter(({ dataFolder }) => dataFolder === folder || dataFolder.startsWith(folder + sep))
  await Promise.all(inside.map(({ gone }) => gone))
  await rm(folder, { recursive: true, force: true })
}

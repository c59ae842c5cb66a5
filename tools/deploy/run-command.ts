import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const exec = promisify(execFile)
// A Debian is made in less than a minute, on a machine that does nothing else.
const commandLimitMs = 590_000

/** A command that has ended with another code than 0. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}

/** Runs a program and gives what it prints, without the last line's end. Raises CommandFailed with all that it said. */
export async function runCommand(
  program: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  try {
    const options = { env: environment, timeout: commandLimitMs, maxBuffer: 2 ** 26 }
    return (await exec(program, words, options)).stdout.trimEnd()
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string }
    throw new CommandFailed(`${program} ${words.join(' ')}\n${stdout}${stderr}`, { cause: error })
  }
}

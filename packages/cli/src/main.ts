import { CommanderError } from 'commander'
import type { CommandContext } from './command-context.ts'
import { createProgram } from './create-program.ts'
import { describeError } from './describe-error.ts'
import { processOutput } from './output.ts'

const interrupted = new AbortController()

const context: CommandContext = {
  output: processOutput,
  now: () => performance.now(),
  interruption() {
    // Once: a second Ctrl-C ends the process whatever it is at.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
    return interrupted.signal
  },
  exitWith(code) {
    process.exitCode = code
  },
}

// `almanac query list | head` closes the pipe when it has seen enough; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await createProgram(context).parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

/** Says what went wrong, where commander has not done so already. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode
  // As shells have it for a process that Ctrl-C ended.
  if (interrupted.signal.aborted) return 130
  processOutput.note(describeError(error))
  return 1
}

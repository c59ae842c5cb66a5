import type { CommandContext } from '../src/command-context.ts'
import { createProgram } from '../src/create-program.ts'
import type { Output } from '../src/output.ts'

/** An output that keeps what was written. */
export interface RecordedOutput extends Output {
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  readonly statusLines: readonly string[]
  readonly jsons: readonly unknown[]
}

export function createRecordedOutput({ isTerminal = false } = {}): RecordedOutput {
  const lines: string[] = []
  const notes: string[] = []
  const statusLines: string[] = []
  const jsons: unknown[] = []
  return {
    lines,
    notes,
    statusLines,
    jsons,
    line: (text = '') => void lines.push(text),
    json: (value) => void jsons.push(value),
    note: (text) => void notes.push(text),
    statusLine: isTerminal ? (text) => void statusLines.push(text) : null,
  }
}

/** Runs `almanac` with these arguments in this process. Raises what the command raises. */
export async function runAlmanac(...words: readonly string[]): Promise<RecordedOutput> {
  const output = createRecordedOutput()
  const context: CommandContext = {
    output,
    now: () => performance.now(),
    interruption: () => new AbortController().signal,
    exitWith: () => undefined,
  }
  const program = createProgram(context)
  // What commander itself says goes to the same place.
  for (const command of [program, ...program.commands, ...program.commands.flatMap((each) => each.commands)]) {
    command.configureOutput({ writeOut: (text) => output.line(text), writeErr: (text) => output.note(text) })
  }
  await program.parseAsync(words, { from: 'user' })
  return output
}

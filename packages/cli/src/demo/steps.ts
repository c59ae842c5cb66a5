import { formatDuration } from '../amounts.ts'
import type { CommandContext } from '../command-context.ts'

/** Runs a step and tells, under its number, what it did, what came back and how long it took. */
export type Step = <Value>(
  title: string,
  run: () => Promise<Value>,
  /** What came back, in lines. */
  tell: (value: Value) => readonly string[],
) => Promise<Value>

/** Steps that are numbered from 1. */
export function createSteps({ output, now }: Pick<CommandContext, 'output' | 'now'>): Step {
  let number = 0
  return async (title, run, tell) => {
    number += 1
    const startedAt = now()
    const value = await run()
    output.line(`${String(number).padStart(2)}. ${title} (${formatDuration(now() - startedAt)})`)
    for (const line of tell(value).flatMap((text) => text.split('\n'))) output.line(`    ${line}`)
    return value
  }
}

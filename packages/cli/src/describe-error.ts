import { AlmanacError } from '@almanac/client'
import { printable } from './printable.ts'

/** What went wrong, in lines for people: the sentence, what is wrong where, and what to quote when asking for help. */
export function describeError(error: unknown): string {
  if (!(error instanceof AlmanacError)) return `Error: ${error instanceof Error ? error.message : String(error)}`
  const details = error.details.flatMap(({ message, line, column, excerpt, hint }) => {
    const place = line === undefined ? '' : ` (line ${line}, column ${column})`
    // The message of the first one is often the whole message again.
    const first = error.message.includes(message) ? [] : [`  ${printable(message)}${place}`]
    const marked = excerpt === undefined ? [] : excerpt.split('\n').map((text) => `    ${printable(text)}`)
    return [...first, ...marked, ...(hint === undefined ? [] : [`  ${printable(hint)}`])]
  })
  const request = error.requestId === null ? [] : [`  request ${printable(error.requestId)}`]
  return [`Error: ${printable(error.message)}`, ...details, ...request].join('\n')
}

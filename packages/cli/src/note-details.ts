import type { Detail } from '@almanac/client'
import type { Output } from './output.ts'
import { printable } from './printable.ts'

/** Says what the service noted about a request that succeeded, such as an extension of the query language. */
export function noteDetails(output: Output, details: readonly Detail[]): void {
  for (const { message, hint } of details) output.note(`Note: ${printable([message, hint ?? ''].join(' ').trim())}`)
}

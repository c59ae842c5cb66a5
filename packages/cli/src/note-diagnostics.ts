import type { Diagnostic } from '@almanac/query'
import type { Output } from './output.ts'
import { printable } from './printable.ts'

/** Says what is wrong with a query text, each with its place in `source` (`orders.query`, `stdin`), excerpt and hint. */
export function noteDiagnostics(output: Output, source: string, diagnostics: readonly Diagnostic[]): void {
  for (const { message, position, excerpt, hint } of diagnostics) {
    output.note(printable(`${source}:${position.line}:${position.column}: ${message}`))
    for (const line of excerpt.split('\n')) output.note(`    ${printable(line)}`)
    if (hint !== undefined) output.note(`  ${printable(hint)}`)
  }
}

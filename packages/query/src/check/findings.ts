import { createDiagnostic } from '../create-diagnostic.ts'
import type { DiagnosticCode, DiagnosticData } from '../diagnostic-codes.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { limits } from '../limits.ts'
import type { Span } from '../syntax/span.ts'

/** Collects what the checks find in one query, so that all of it is told at once. */
export interface Findings {
  add<Code extends DiagnosticCode>(span: Span, code: Code, data: DiagnosticData[Code]): void
  /** In the order of the text; at most `limits.diagnostics`. */
  list(): readonly Diagnostic[]
}

export function createFindings(text: string): Findings {
  // Words are made for those that are told only: looking for the nearest name of thousands of wrong ones takes seconds.
  const found: { readonly span: Span; readonly tell: () => Diagnostic }[] = []
  return {
    add: (span, code, data) => {
      found.push({ span, tell: () => createDiagnostic(text, span, code, data) })
    },
    list: () =>
      found
        .toSorted((a, b) => a.span.start - b.span.start)
        .slice(0, limits.diagnostics)
        .map(({ tell }) => tell()),
  }
}

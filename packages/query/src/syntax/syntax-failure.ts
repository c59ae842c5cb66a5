import type { DiagnosticCode, DiagnosticData } from '../diagnostic-codes.ts'
import type { Span } from './span.ts'

/** Ends the parse from any depth of the recursion; `parseQuery` makes a diagnostic of it and nobody else sees it. */
export class SyntaxFailure<Code extends DiagnosticCode = DiagnosticCode> extends Error {
  override readonly name = 'SyntaxFailure'
  readonly code: Code
  readonly data: DiagnosticData[Code]
  readonly span: Span

  constructor(code: Code, data: DiagnosticData[Code], span: Span) {
    super(code)
    this.code = code
    this.data = data
    this.span = span
  }
}

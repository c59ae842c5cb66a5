import type { DiagnosticCode, DiagnosticData } from './diagnostic-codes.ts'
import { wordsFor } from './diagnostic-words.ts'
import type { Diagnostic } from './diagnostic.ts'
import { excerptAt } from './syntax/excerpt.ts'
import { positionOf } from './syntax/position-of.ts'
import type { Span } from './syntax/span.ts'

/** A diagnostic of `code` at `span` of the query `text`, with its words and excerpt. */
export function createDiagnostic<Code extends DiagnosticCode>(
  text: string,
  span: Span,
  code: Code,
  data: DiagnosticData[Code],
): Diagnostic {
  const position = positionOf(text, span)
  return { code, position, excerpt: excerptAt(text, position), ...wordsFor(code, data) }
}

import { createDiagnostic } from '../create-diagnostic.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { limits } from '../limits.ts'
import { Parser } from './parser.ts'
import { SyntaxFailure } from './syntax-failure.ts'
import { tokenize } from './tokenize.ts'
import type { QueryTree } from './tree.ts'
import { utf8Length } from './utf8-length.ts'

export type ParseResult =
  | { readonly ok: true; readonly tree: QueryTree }
  /** One diagnostic: what follows a syntax error can only be guessed at. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/** Reads a query text: text → tokens → tree. Takes the whole grammar, extensions included. Never throws. */
export function parseQuery(text: string): ParseResult {
  const sizeBytes = utf8Length(text)
  if (sizeBytes > limits.textBytes) {
    const data = { sizeBytes, limitBytes: limits.textBytes }
    return { ok: false, diagnostics: [createDiagnostic(text, { start: 0, end: 1 }, 'text_too_long', data)] }
  }
  try {
    return { ok: true, tree: new Parser(tokenize(text)).parseQuery() }
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) throw error
    return { ok: false, diagnostics: [createDiagnostic(text, error.span, error.code, error.data)] }
  }
}

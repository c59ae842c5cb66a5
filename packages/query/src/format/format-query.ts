import type { Diagnostic } from '../diagnostic.ts'
import { limits } from '../limits.ts'
import { parseQuery } from '../syntax/parse-query.ts'
import { printQuery } from '../syntax/print-query.ts'
import { utf8Length } from '../syntax/utf8-length.ts'
import { layOut, lineColumns } from './lay-out.ts'

export type FormatResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/**
 * Writes a query in its canonical form: on one line if that has at most 100 columns, and else a clause per line. Names
 * stay as they are written, since what they stand for is not asked. Reading the result gives the same tree, and
 * formatting it again the same text. Never throws.
 */
export function formatQuery(text: string): FormatResult {
  const parsed = parseQuery(text)
  if (!parsed.ok) return parsed
  const line = printQuery(parsed.tree)
  const laidOut = line.length <= lineColumns && !/[\r\n]/.test(line) ? line : layOut(parsed.tree)
  // Indents, and the doubled apostrophes of straight quotes, can take a text beyond what a query may have. It then stays
  // as near to the form as it can.
  const form = [laidOut, line].find((form) => utf8Length(form) <= limits.textBytes)
  return { ok: true, text: form ?? text }
}

import { createRequire } from 'node:module'

/**
 * Lets texts leave DuckDB as they are. Its Node interface decodes them as a file would be, whose first character may be a
 * byte order mark: a text that begins with U+FEFF came out without it, so a preview showed another text than the file has,
 * and one account's id was another's. There is no option for it, so the decoder of its reader of texts is replaced, in
 * this process. Throws when the interface no longer has it: then this has to be done in another way, or not any more.
 */
export function keepTextsWhole(): void {
  const reader = createRequire(import.meta.url)('@duckdb/node-api/lib/vectors/dataAccessors.js') as {
    textDecoder?: unknown
  }
  if (!(reader.textDecoder instanceof TextDecoder)) {
    throw new Error('@duckdb/node-api decodes texts in another way than it did: see keep-texts-whole.ts')
  }
  if (!reader.textDecoder.ignoreBOM) reader.textDecoder = new TextDecoder('utf-8', { ignoreBOM: true })
}

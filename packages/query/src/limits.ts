/** What one query may have. Beyond is a diagnostic, never a crash: deep or endless texts are an attack. */
export const limits = {
  /** UTF-8 bytes of the text. */
  textBytes: 16 * 1024,
  selectedNames: 500,
  listValues: 1000,
  /** NOT and parentheses inside each other. */
  nesting: 64,
  /** How many diagnostics of one query are reported. */
  diagnostics: 20,
} as const

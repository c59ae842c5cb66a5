/**
 * A name (of a column, a header) as SQL has it, in double quotes, whatever characters it has. Names come from the
 * catalog, never from a query's text.
 */
export function quoteName(name: string): string {
  if (name === '') throw new Error('A name in SQL can not be empty')
  return quoted(name, '"')
}

/** A text of our own (a path, a boolean form) as a SQL literal. Values of a query are never written, always bound. */
export function quoteText(text: string): string {
  return quoted(text, `'`)
}

function quoted(text: string, quote: string): string {
  // The engine reads a statement as a C string: what follows would be cut off.
  if (text.includes('\0')) throw new Error('A name or a text in SQL can not hold the character U+0000')
  return `${quote}${text.replaceAll(quote, quote + quote)}${quote}`
}

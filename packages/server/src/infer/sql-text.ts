/** A name as SQL takes it, whatever is in it. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as SQL takes it; DuckDB has no escapes in plain literals. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A name as SQL takes it, whatever is in it. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as SQL takes it. DuckDB has no escapes in plain literals, so an apostrophe is all there is to double. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

export function sqlList(texts: readonly string[]): string {
  return `[${texts.map(sqlText).join(', ')}]`
}

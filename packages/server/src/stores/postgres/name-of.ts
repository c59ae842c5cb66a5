/** What a database is called in messages and logs: its address without user and password. */
export function nameOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? 'that database.url names' : `${parsed.host}${parsed.pathname}`
}

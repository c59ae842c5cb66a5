/** `Content-Type` of a file, by its format. */
export const fileTypes = {
  csv: 'text/csv; charset=utf-8',
  tsv: 'text/tab-separated-values; charset=utf-8',
} as const

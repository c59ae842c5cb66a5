import type { CompiledQuery } from '@almanac/query'
import type { ExportTarget } from '../datasets/query-engine.ts'

export const delimiters: Record<ExportTarget['format'], string> = { csv: ',', tsv: '\t' }

/** The first line of a file: the names as the query selects them, quoted where RFC 4180 asks for it. */
export function headerLine({ columns }: Pick<CompiledQuery, 'columns'>, format: ExportTarget['format']): string {
  const delimiter = delimiters[format]
  const fields = columns.map(({ name }) =>
    name === '' || [delimiter, '"', '\r', '\n'].some((special) => name.includes(special))
      ? `"${name.replaceAll('"', '""')}"`
      : name,
  )
  return `${fields.join(delimiter)}\n`
}

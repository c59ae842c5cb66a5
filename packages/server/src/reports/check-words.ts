import { AppError } from '../kernel/app-error.ts'

/** Name and description of a report, by the documented rules. Raises `invalid_report`. */
export function checkWords(name: string, description: string | null): void {
  if (isTooLong(name) || isTooLong(description ?? '')) {
    throw new AppError('invalid_report', {
      detail: 'Limit ReportName and Description length to 256 characters or less',
      field: isTooLong(name) ? 'ReportName' : 'Description',
    })
  }
  // The name goes into the file's name and into headers. Control characters are ours to refuse, `;` is documented.
  const [forbidden] = /[;\p{Cc}]/u.exec(name) ?? []
  if (forbidden !== undefined) {
    const shown = forbidden === ';' ? ';' : `U+${forbidden.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
    throw new AppError('invalid_report', { detail: `Invalid character (${shown}) in ReportName`, field: 'ReportName' })
  }
}

function isTooLong(words: string): boolean {
  return Array.from(words).length > 256
}

import type { Detail } from '@almanac/api'

/** Notes for the extensions of the language that a query uses, so that nobody takes it to the real service by mistake. */
export function extensionDetails(extensions: readonly string[]): readonly Detail[] {
  return extensions.map((extension) => ({
    code: 'extension',
    message: `${extension} is an extension of the query language; the Partner Center API would refuse this query.`,
  }))
}

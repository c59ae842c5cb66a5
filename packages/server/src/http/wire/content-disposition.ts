/**
 * `Content-Disposition` for a file that is saved under a name (RFC 6266). `filename` has ASCII only; a name with more
 * comes in `filename*` too, which clients that know it prefer.
 */
export function attachment(fileName: string): string {
  const ascii = fileName.replaceAll(/[^\x20-\x7E]/g, '_').replaceAll(/["\\]/g, '_')
  const plain = `attachment; filename="${ascii}"`
  return ascii === fileName ? plain : `${plain}; filename*=UTF-8''${extendedValue(fileName)}`
}

/** RFC 8187: what `encodeURIComponent` leaves plain but a header's value must escape. A lone surrogate becomes U+FFFD. */
function extendedValue(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /['()*!~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

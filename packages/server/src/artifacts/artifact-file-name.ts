// What no file system, header or shell should meet in a name: control and format characters (line ends, the marks that
// turn the writing direction and can show `exe.csv` as `vsc.exe`), unpaired surrogates, and what Windows forbids.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*]+/gu

// Names of devices on Windows, with any ending.
const device = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i

// File systems take 255 bytes; this leaves room for an ending, and for the `(1)` of a browser.
const longestBytes = 200

/**
 * The name under which a file is saved: the report's own name as far as it is safe on every system, and the format's
 * ending. Never empty, never hidden, at most 204 bytes of UTF-8.
 */
export function artifactFileName(reportName: string, format: 'csv' | 'tsv'): string {
  const safe = trimEnds(cutToBytes(trimEnds(reportName.normalize('NFC').replaceAll(unsafe, '_')), longestBytes))
  const name = safe === '' ? 'report' : safe
  return `${device.test(name) ? '_' : ''}${name}.${format}`
}

/** Without blanks and dots at either end: a leading dot hides the file, trailing ones are lost on Windows. */
function trimEnds(name: string): string {
  return name.replace(/^[\s.]+/, '').replace(/[\s.]+$/, '')
}

function cutToBytes(name: string, limitBytes: number): string {
  let bytes = 0
  let kept = ''
  // By what a reader sees as one character, so that no accent or half of an emoji is left over.
  for (const { segment } of new Intl.Segmenter('en').segment(name)) {
    bytes += Buffer.byteLength(segment)
    if (bytes > limitBytes) break
    kept += segment
  }
  return kept
}

import { createReadStream } from 'node:fs'
import type { LoadFile } from '../../../datasets/versions/load-engine.ts'

export const csvDelimiters = { csv: ',', tsv: '\t' } as const

export type TextFormat = keyof typeof csvDelimiters

// More than any header, and less than what a file that is no text at all would make us hold.
const longestHeaderBytes = 1024 * 1024

/**
 * The names in the first line of a file, as text; undefined for an empty file. Raises a `TypeError` where they are not
 * UTF-8.
 */
export async function readHeader(file: LoadFile, delimiter: string): Promise<readonly string[] | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of createReadStream(file.path)) {
    chunks.push(chunk as Buffer)
    length += (chunk as Buffer).length
    if (length >= longestHeaderBytes) break
    const names = namesIn(Buffer.concat(chunks), delimiter, false)
    if (names !== undefined) return names
  }
  return length === 0 ? undefined : namesIn(Buffer.concat(chunks), delimiter, true)
}

/** Undefined while the line has no end yet. */
function namesIn(bytes: Buffer, delimiter: string, isAll: boolean): readonly string[] | undefined {
  // Byte by byte, so that only the header is taken for text: what follows may not be.
  const characters = bytes.toString('latin1')
  const names: string[] = []
  let name = ''
  let quoted = false
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? ''
    if (quoted) {
      if (character !== '"') name += character
      else if (characters[at + 1] === '"') {
        name += '"'
        at += 1
      } else quoted = false
    } else if (character === '"' && (name === '' || name === byteOrderMark)) quoted = true
    else if (character === delimiter) {
      names.push(name)
      name = ''
    } else if (character === '\n' || character === '\r') return [...names, name].map(asUtf8)
    else name += character
  }
  return isAll ? [...names, name].map(asUtf8) : undefined
}

const byteOrderMark = '\u00EF\u00BB\u00BF'

/** Without a byte order mark. */
function asUtf8(bytes: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'latin1'))
}

import type { ByteRange } from '../../artifacts/blob-store.ts'

/**
 * The part that a `Range` header asks for (RFC 9110, 14.2). `whole`: there is no header, it is none that we know, or it
 * asks for several parts, which may be answered with the whole. `outside`: nothing of it lies in the file.
 */
export function byteRange(header: string | undefined, sizeBytes: number): ByteRange | 'whole' | 'outside' {
  const match = /^bytes\s*=\s*(\d{0,16})\s*-\s*(\d{0,16})$/i.exec(header?.trim() ?? '')
  if (match === null) return 'whole'
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return 'whole'
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes)
    return length === 0 ? 'outside' : { start: sizeBytes - length, end: sizeBytes - 1 }
  }
  const start = Number(first)
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  if (last !== '' && Number(last) < start) return 'whole'
  return start >= sizeBytes ? 'outside' : { start, end }
}

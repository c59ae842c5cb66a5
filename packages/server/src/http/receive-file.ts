import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Transform, Writable, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { AppError } from '../kernel/app-error.ts'
import { ProtocolError } from './protocol-answers.ts'

export interface ReceiveFileOptions {
  /** The header `Content-Encoding`. */
  readonly encoding: string | undefined
  /** The header `Content-Length`. */
  readonly length: string | undefined
  /** Of the file, decompressed. */
  readonly limitBytes: number
}

/**
 * Writes a body to a file that doesn't exist yet, decompressed; memory holds a piece of it at a time. A body that breaks
 * off, or is too large, or no gzip where it says so, is refused; what has been written then is the caller's to remove.
 * Gives the SHA-256 of the file, lower-case hex.
 */
export function receiveFile(body: Readable, path: string, options: ReceiveFileOptions): Promise<string> {
  return receive(body, () => createWriteStream(path, { flags: 'wx' }), options)
}

/** The SHA-256 of the file that a body is, decompressed; nothing is kept of it. Refuses like `receiveFile`. */
export function hashFile(body: Readable, options: ReceiveFileOptions): Promise<string> {
  return receive(body, () => new Writable({ write: (_chunk, _encoding, done) => done() }), options)
}

async function receive(body: Readable, openTarget: () => Writable, options: ReceiveFileOptions): Promise<string> {
  const { limitBytes, length } = options
  const tooLarge = () =>
    new ProtocolError('too_large', `The file is larger than ${limitBytes} bytes (data.uploadBytes)`)
  // A compressed file only grows.
  if (Number(length) > limitBytes) throw tooLarge()
  let received = 0
  const hash = createHash('sha256')
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length
      if (received > limitBytes) return done(tooLarge())
      hash.update(chunk)
      done(null, chunk)
    },
  })
  // A body that is destroyed takes its connection along, and with it the answer that says why.
  const source = body.iterator({ destroyOnReturn: false })
  const encoding = options.encoding?.trim().toLowerCase() ?? 'identity'
  try {
    if (encoding === 'identity' || encoding === '') await pipeline(source, counter, openTarget())
    else if (encoding === 'gzip' || encoding === 'x-gzip') await pipeline(source, createGunzip(), counter, openTarget())
    else throw new ProtocolError('unsupported_media_type', `Content-Encoding may be gzip or identity, not ${encoding}`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw new AppError('invalid_request', { sentence: 'The body is not the gzip that Content-Encoding says it is' })
    }
    throw error
  }
  return hash.digest('hex')
}

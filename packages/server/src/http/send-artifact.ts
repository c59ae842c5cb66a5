import { Transform, pipeline, type Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyReply } from 'fastify'
import type { Artifact } from '../artifacts/artifact.ts'
import { BlobStoreUnavailable } from '../artifacts/blob-store-unavailable.ts'
import type { BlobStore, ByteRange } from '../artifacts/blob-store.ts'
import { AppError } from '../kernel/app-error.ts'
import { attachment } from './wire/content-disposition.ts'
import { byteRange } from './wire/byte-range.ts'
import { fileTypes } from './wire/file-types.ts'
import { acceptsGzip, hasTag, rangeHolds } from './wire/entity-tags.ts'

export interface SendArtifactDeps {
  readonly blobs: BlobStore
  readonly compress: 'when-accepted' | 'always'
}

/** What of a request decides how a file is sent. */
export interface FileRequest {
  readonly method: string
  readonly headers: {
    readonly range?: string | undefined
    readonly 'if-range'?: string | undefined
    readonly 'if-none-match'?: string | undefined
    readonly 'accept-encoding'?: string | string[] | undefined
  }
}

/**
 * Sends a file: whole, a part of it, compressed, or only its headers (HEAD, 304, 416). What breaks on the way destroys
 * the connection, so that a short answer is never taken for a whole one. Raises `artifact_gone` and `files_unavailable`.
 */
export async function sendArtifact(
  deps: SendArtifactDeps,
  request: FileRequest,
  reply: FastifyReply,
  artifact: Artifact,
): Promise<FastifyReply> {
  const { sha256, sizeBytes, format } = artifact.manifest
  const compressed = deps.compress === 'always' || wantsGzip(request)
  // Two encodings are two contents: a part of one must never be joined to a part of the other.
  const tag = compressed ? `"${sha256}-gzip"` : `"${sha256}"`
  reply.headers({
    etag: tag,
    'content-type': fileTypes[format],
    'content-disposition': attachment(artifact.fileName),
    // A browser may keep it, but asks each time: a link that was revoked must not be answered from there.
    'cache-control': 'private, no-cache',
    ...(deps.compress === 'always' ? {} : { vary: varying(reply) }),
    ...(compressed ? { 'content-encoding': 'gzip' } : { 'accept-ranges': 'bytes' }),
  })
  if (hasTag(request.headers['if-none-match'], tag)) {
    return reply.code(304).removeHeader('content-type').removeHeader('content-disposition').send()
  }
  if (compressed) {
    if (request.method === 'HEAD') return reply.send()
    return reply.send(gzipped(exactly(sizeBytes, await openBlob(deps.blobs, artifact))))
  }

  const header = rangeHolds(request.headers['if-range'], tag) ? request.headers.range : undefined
  const range = byteRange(header, sizeBytes)
  if (range === 'outside') {
    return reply.code(416).header('content-range', `bytes */${sizeBytes}`).removeHeader('content-disposition').send()
  }
  const length = range === 'whole' ? sizeBytes : range.end - range.start + 1
  reply.header('content-length', length)
  if (range !== 'whole') reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${sizeBytes}`)
  if (request.method === 'HEAD') return reply.send()
  return reply.send(exactly(length, await openBlob(deps.blobs, artifact, range === 'whole' ? undefined : range)))
}

/** Where pages of other origins may read, the answer is different for each of them already. */
function varying(reply: FastifyReply): string {
  const before = reply.getHeader('vary')
  return before === undefined ? 'Accept-Encoding' : `${String(before)}, Accept-Encoding`
}

/** Somebody who asks for a part wants bytes of the file itself: a compressed answer has no parts. */
function wantsGzip({ headers }: FileRequest): boolean {
  return headers.range === undefined && acceptsGzip(String(headers['accept-encoding'] ?? ''))
}

async function openBlob(blobs: BlobStore, { blobKey, fileName }: Artifact, range?: ByteRange): Promise<Readable> {
  const source = await blobs.open(blobKey, range).catch((error: unknown) => {
    if (!(error instanceof BlobStoreUnavailable)) throw error
    throw new AppError('files_unavailable', { fileName }, { cause: error })
  })
  if (source === undefined)
    throw new AppError('artifact_gone', { sentence: 'Its report was deleted, or the file was kept long enough' })
  return source
}

// Level 1: an export is sent once and its time is the client's; higher levels cost several times the CPU for a tenth less.
function gzipped(source: Readable): Readable {
  return pipeline(source, createGzip({ level: 1 }), ignoreFailure)
}

/** Passes `length` bytes on and fails on any other number: a file that was cut short on disk must not look whole. */
function exactly(length: number, source: Readable): Readable {
  let passed = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length
      if (passed > length) done(new Error(`The file is longer than the ${length} bytes of its manifest`))
      else done(null, chunk)
    },
    flush(done) {
      if (passed === length) done()
      else done(new Error(`The file ended after ${passed} of ${length} bytes`))
    },
  })
  return pipeline(source, counter, ignoreFailure)
}

/** The failure reaches the reader of the last stream of the pipeline, where Fastify ends the connection. */
function ignoreFailure(): void {}

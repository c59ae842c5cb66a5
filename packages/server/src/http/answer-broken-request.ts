import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { protocolAnswer, type ProtocolCode } from './protocol-answers.ts'
import { errorEnvelope } from './wire/envelope.ts'

const codes: Readonly<Record<string, ProtocolCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
}

/** Answers what is not even HTTP, or never finished arriving, in the envelope; then the connection ends. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const code = codes[error.code ?? ''] ?? 'malformed_request'
  const { status, message, details } = protocolAnswer(code)
  const body = JSON.stringify(errorEnvelope(status, message, code, details))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

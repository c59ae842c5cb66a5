import type { IncomingHttpHeaders } from 'node:http'

/** Whether a body follows a request's head: RFC 9112, 6.3. One that names neither its coding nor its length has none. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

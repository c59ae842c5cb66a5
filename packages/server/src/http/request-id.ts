import type { IncomingMessage } from 'node:http'
import type { NewId } from '../kernel/ids.ts'

// In the order of how surely the caller meant this request and not a whole conversation.
const headerNames = ['ms-requestid', 'x-request-id', 'client-request-id'] as const

/** An id goes into logs and back into a header, so only harmless characters are taken, and not too many. */
const sane = /^[\w.:+/=-]{1,128}$/

/** The caller's own id of the request, if it sent one that can be repeated; otherwise a new one. */
export function requestId(request: IncomingMessage, newId: NewId): string {
  for (const name of headerNames) {
    const sent = request.headers[name]
    if (typeof sent === 'string' && sane.test(sent)) return sent
  }
  return newId()
}

import type { ErrorAnswer } from './error-answers.ts'

/** Refusals of HTTP itself: what arrives never reaches a use case. By the code that the answer carries. */
const protocol = {
  malformed_request: { status: 400, sentence: 'The request is not one that can be read' },
  unknown_route: { status: 404, sentence: 'There is nothing at this address' },
  method_not_allowed: { status: 405, sentence: 'The method is not served at this address' },
  timeout: { status: 408, sentence: 'The request took too long to arrive' },
  too_large: { status: 413, sentence: 'The body of the request is too large' },
  address_too_long: { status: 414, sentence: 'A part of the address is too long' },
  unsupported_media_type: { status: 415, sentence: 'The body is not of a kind that is taken here; see Content-Type' },
  headers_too_large: { status: 431, sentence: 'The address and headers of the request are too large' },
} as const satisfies Record<string, { readonly status: number; readonly sentence: string }>

export type ProtocolCode = keyof typeof protocol

export const protocolCodes = Object.keys(protocol) as readonly ProtocolCode[]

/** The answer to a refusal of HTTP itself; `sentence` where more can be said than usual. */
export function protocolAnswer(code: ProtocolCode, sentence: string = protocol[code].sentence): ErrorAnswer {
  return { status: protocol[code].status, message: sentence, details: [{ code, message: sentence }] }
}

/** A refusal of HTTP itself that is found on the way; its message is the sentence. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code: ProtocolCode

  constructor(code: ProtocolCode, sentence: string = protocol[code].sentence) {
    super(sentence)
    this.code = code
  }
}

/** The code of an error that the HTTP server raised with a 4xx status. */
export function protocolCodeOf(status: number): ProtocolCode {
  return protocolCodes.find((code) => protocol[code].status === status) ?? 'malformed_request'
}

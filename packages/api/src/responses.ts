import type { TSchema } from 'typebox'
import type { Content, Method, ResponseContract } from './operation.ts'
import { envelopeOf, ErrorEnvelope } from './schemas/envelope.ts'
import { inEveryVersion, type PerVersion } from './versions.ts'

const requestId = { 'x-request-id': "The caller's `ms-requestid` or `x-request-id` if it sent one." }

// Every answer has them where a limit is set; told where a reader looks for them.
const rateLimits = {
  'RateLimit-Policy': 'Requests that an address and a client may send (draft-ietf-httpapi-ratelimit-headers-10).',
  RateLimit: 'How many of them are left, and the seconds until all are.',
}

/** An answer of one record kind in the envelope. `records` are examples, for each version. */
export function records(
  item: PerVersion<TSchema>,
  message: string | null,
  examples: PerVersion<readonly object[]>,
): ResponseContract {
  const content: Content = {
    schema: { v1: envelopeOf(item.v1), 'v1.1': envelopeOf(item['v1.1']) },
    example: {
      v1: envelopeExample(examples.v1, message, 200),
      'v1.1': envelopeExample(examples['v1.1'], message, 200),
    },
  }
  return { description: 'Done.', headers: { ...requestId, ...rateLimits }, content: { 'application/json': content } }
}

/** An answer that is plain JSON, outside the envelope. */
export function document(schema: TSchema, description: string, example: unknown): ResponseContract {
  return {
    description,
    headers: requestId,
    content: { 'application/json': { schema: inEveryVersion(schema), example: inEveryVersion(example) } },
  }
}

const refused = {
  400: {
    description: 'The request is wrong; `error.details` says where.',
    code: 'invalid_request',
    message: 'Invalid request',
  },
  401: {
    description: 'No token, or one that is wrong or older than an hour.',
    code: 'unauthorized',
    message: 'Unauthorized',
  },
  403: { description: 'The right token with the wrong role.', code: 'forbidden', message: 'Forbidden' },
  404: {
    description: "Nothing of the caller's account matches.",
    code: 'not_found',
    message: 'No item found with given filters',
  },
  408: {
    description: 'The request took too long to arrive.',
    code: 'timeout',
    message: 'The request took too long to arrive',
  },
  409: {
    description: 'It conflicts with what is under way, or with how things stand.',
    code: 'load_in_progress',
    message: 'Another load of ISVOrder is under way. Try again when it has ended.',
  },
  410: { description: 'The file has been removed.', code: 'artifact_gone', message: 'The file is gone' },
  413: {
    description: 'The body is larger than the server takes.',
    code: 'too_large',
    message: 'Request body too large',
  },
  414: {
    description: 'A part of the address is too long.',
    code: 'address_too_long',
    message: 'A part of the address is too long',
  },
  415: {
    description: 'The body is of a kind that the operation does not take.',
    code: 'unsupported_media_type',
    message: 'Unsupported media type',
  },
  422: {
    description: 'The Idempotency-Key was used for another request.',
    code: 'idempotency_mismatch',
    message: 'The Idempotency-Key "2f6b" was used for another request',
  },
  429: {
    description: 'Too many requests, or too many at once; `Retry-After` says when to come back.',
    code: 'rate_limited',
    message: 'Too many requests',
  },
  431: {
    description: 'The address and headers are larger than the server takes.',
    code: 'headers_too_large',
    message: 'The address and headers of the request are too large',
  },
  500: {
    description: 'Something broke on our side. The id finds it in the log.',
    code: 'internal',
    message: 'Internal error encountered. Correlation ID 6f1c2a52-3f5a-4f0e-9c40-0f3a3f2f9b11',
  },
  503: {
    description: 'The data of the dataset, the file, or the keys of the token’s issuer could not be read.',
    code: 'dataset_unavailable',
    message: 'The data of ISVOrder could not be read. Try again; if it fails again, tell the operator.',
  },
  504: {
    description: 'The query is right but ran longer than a preview may.',
    code: 'preview_timeout',
    message: 'The test query ran longer than 100 seconds',
  },
} as const

export type RefusalStatus = keyof typeof refused

/**
 * The answers of an operation that refuses with these statuses, and as each may with 429, all in the error envelope.
 * Where a token is asked for, the keys of its issuer may be out of reach: 503.
 */
export function refusals<Status extends RefusalStatus>(
  ...statuses: readonly Status[]
): Readonly<Record<Status | 429 | 503, ResponseContract>> {
  const ofTokens = statuses.some((status) => status === 401) ? ([503] as const) : []
  const all = new Set<Status | 429 | 503>([...statuses, 429, ...ofTokens])
  const answers = [...all].map((status): readonly [Status | 429 | 503, ResponseContract] => {
    const { description, code, message } = refused[status]
    const example = { ...envelopeExample([], message, status), error: { code, details: [] } }
    const content: Content = { schema: inEveryVersion(ErrorEnvelope), example: inEveryVersion(example) }
    const headers = status === 429 ? { ...requestId, ...rateLimits, 'Retry-After': 'Seconds.' } : requestId
    return [status, { description, headers, content: { 'application/json': content } }]
  })
  return Object.fromEntries(answers) as Record<Status | 429 | 503, ResponseContract>
}

/**
 * How HTTP itself refuses what no operation gets to see: an address that can't be read, or that leads nowhere once it is;
 * headers, addresses and bodies that are too large, too slow or of another kind. Printed with each operation.
 */
export function protocolRefusals(method: Method): Readonly<Record<string, ResponseContract>> {
  return refusals(400, 404, 414, 431, ...(method === 'GET' ? ([] as const) : ([408, 413, 415] as const)))
}

function envelopeExample(value: readonly object[], message: string | null, statusCode: number): object {
  return { value, nextLink: null, totalCount: value.length, message, statusCode }
}

/** An example for each version, when v1.1 shows more than v1. */
export function examplesOf(v1: object, v11: object): PerVersion<readonly object[]> {
  return { v1: [v1], 'v1.1': [v11] }
}

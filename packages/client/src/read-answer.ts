import type { Detail, Envelope } from '@almanac/api'
import { AlmanacError, clientError } from './almanac-error.ts'

/**
 * Reads an answer of the API. The service writes its keys in lower camel; the documents show them in Pascal case too, so
 * both are read. Raises `AlmanacError` when the body is no envelope of this API. Does not judge the status.
 */
export async function readEnvelope(response: Response): Promise<Envelope<unknown>> {
  const body = lowerCamelKeys(await readJson(response))
  const { value, nextLink, totalCount, message, statusCode, details, error } = body
  if (!Array.isArray(value)) throw unreadable(response)
  return {
    value,
    nextLink: typeof nextLink === 'string' && nextLink !== '' ? nextLink : null,
    totalCount: typeof totalCount === 'number' ? totalCount : value.length,
    message: typeof message === 'string' ? message : null,
    // Some gateways send a refusal with HTTP 200; the envelope then has the real status.
    statusCode: response.ok && typeof statusCode === 'number' ? statusCode : response.status,
    ...(Array.isArray(details) ? { details: details as readonly Detail[] } : {}),
    ...(isErrorBody(error) ? { error: { code: error.code, details: error.details ?? [] } } : {}),
  }
}

/** The refusal that an answer carries, whatever its form: an envelope, OAuth's, or no JSON at all. */
export async function readRefusal(response: Response): Promise<AlmanacError> {
  const body = await readJson(response).then(lowerCamelKeys, () => lowerCamelKeys(null))
  return refusalOf(response, body)
}

/** The refusal in an envelope that was read already. */
export function refusalOf(
  response: Response,
  body: Readonly<Record<string, unknown>> | Envelope<unknown>,
): AlmanacError {
  const { message, statusCode, error, error_description } = body as Readonly<Record<string, unknown>>
  const status = response.ok && typeof statusCode === 'number' ? statusCode : response.status
  const text = [message, error_description].find((candidate) => typeof candidate === 'string' && candidate !== '')
  return new AlmanacError({
    message: typeof text === 'string' ? text : `The service answered ${status} ${response.statusText}`.trim(),
    status,
    code: codeOf(error, status),
    details: isErrorBody(error) ? (error.details ?? []) : [],
    requestId: response.headers.get('x-request-id'),
    retryAfterSeconds: retryAfterSeconds(response),
  })
}

/** Seconds; the other form of the header, a date, would need a clock that is right. */
function retryAfterSeconds({ headers }: Response): number | null {
  const text = headers.get('retry-after')?.trim() ?? ''
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}

/** The documents write `DatasetName ` and `RecurrenceCount` where the service writes `datasetName`. */
export function lowerCamelKeys(record: unknown): Readonly<Record<string, unknown>> {
  if (typeof record !== 'object' || record === null) return {}
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => {
      const name = key.trim()
      return [name.charAt(0).toLowerCase() + name.slice(1), value]
    }),
  )
}

export async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    throw unreadable(response, cause)
  }
}

function unreadable(response: Response, cause?: unknown): AlmanacError {
  return clientError(
    'unreadable_answer',
    `The answer (${response.status}) of ${addressOf(response)} is not of this API`,
    {
      status: response.status,
      cause,
    },
  )
}

/** The URL without its query string, where secrets of links stand. */
function addressOf({ url }: Response): string {
  return url.split('?', 1)[0] ?? url
}

function codeOf(error: unknown, status: number): string {
  if (isErrorBody(error)) return error.code
  return typeof error === 'string' ? error : `http_${status}`
}

function isErrorBody(error: unknown): error is { readonly code: string; readonly details?: Detail[] } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
}

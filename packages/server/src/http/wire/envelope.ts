import type { Detail, Envelope, ErrorEnvelope } from '@almanac/api'

/** The envelope of a request that was honoured. */
export function envelope<Item>(
  value: readonly Item[],
  message: string | null,
  extra: { readonly nextLink?: string | null; readonly details?: readonly Detail[]; readonly statusCode?: number } = {},
): Envelope<Item> {
  return {
    value,
    nextLink: extra.nextLink ?? null,
    totalCount: value.length,
    message,
    statusCode: extra.statusCode ?? 200,
    ...(extra.details === undefined || extra.details.length === 0 ? {} : { details: extra.details }),
  }
}

/** The same envelope for a request that was refused. */
export function errorEnvelope(
  statusCode: number,
  message: string,
  code: string,
  details: readonly Detail[],
): ErrorEnvelope {
  return { value: [], nextLink: null, totalCount: 0, message, statusCode, error: { code, details: [...details] } }
}

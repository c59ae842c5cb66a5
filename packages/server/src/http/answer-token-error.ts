import type { TokenError } from '@almanac/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { OAuthError, oauthErrorAnswer } from '../access/oauth-error.ts'
import type { Clock } from '../kernel/clock.ts'
import { toWireTime } from '../kernel/hours.ts'
import { classifyError, logError } from './answer-error.ts'

/** Answers an error of the token endpoint in the shape that OAuth clients know, outside the envelope. */
export function answerTokenError(
  clock: Clock,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const now = clock.now()
  const sent = request.headers['client-request-id']
  const correlationId = typeof sent === 'string' ? sent : request.id
  if (error instanceof OAuthError) {
    const { status, headers, body } = oauthErrorAnswer(error, { traceId: request.id, correlationId, now })
    request.log.info({ code: error.code, error: body.error }, 'token refused')
    return reply.code(status).headers(headers).send(body)
  }
  const { code, answer } = classifyError(error, request.id)
  logError(error, code, answer, request)
  const body: TokenError = {
    error: oauthName(answer.status),
    error_description: answer.message,
    error_codes: [],
    timestamp: toWireTime(now).replace('T', ' '),
    trace_id: request.id,
    correlation_id: correlationId,
  }
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(body)
}

/** RFC 6749 has names for what goes wrong; the status says the rest. */
function oauthName(status: number): string {
  if (status >= 500) return 'server_error'
  return status === 429 ? 'temporarily_unavailable' : 'invalid_request'
}

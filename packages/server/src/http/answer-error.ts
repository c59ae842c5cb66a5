import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../kernel/app-error.ts'
import { DatabaseAway } from '../kernel/database-away.ts'
import { answerOf, type ErrorAnswer } from './error-answers.ts'
import { headersOfEveryAnswer } from './mark-answer.ts'
import { protocolAnswer, protocolCodeOf, ProtocolError } from './protocol-answers.ts'
import { errorEnvelope } from './wire/envelope.ts'
import { JsonError } from './wire/parse-json.ts'

/** What is answered to an error, and the stable code of it. */
export interface ClassifiedError {
  readonly code: string
  readonly answer: ErrorAnswer
}

/** It says the same of both kinds: whether a request whose answer was lost has been done, its Idempotency-Key finds out. */
const databaseAway: ErrorAnswer = {
  status: 503,
  message: 'The database is away for the moment. Send the request again, with the same Idempotency-Key if it has one.',
  details: [{ code: 'database_unavailable', message: 'The database is away for the moment' }],
  headers: { 'retry-after': '5' },
}

/**
 * Tells refusals, errors of HTTP itself, and bugs apart. A bug is answered with the request's id and nothing else; what
 * it was goes to the log only.
 */
export function classifyError(error: unknown, correlationId: string): ClassifiedError {
  if (error instanceof AppError) return { code: error.code, answer: answerOf(error) }
  if (error instanceof JsonError) {
    const { line, column, message } = error
    const answer = protocolAnswer('malformed_request', message)
    return {
      code: 'malformed_request',
      answer: { ...answer, details: [{ code: 'malformed_request', message, line, column }] },
    }
  }
  if (error instanceof ProtocolError) return { code: error.code, answer: protocolAnswer(error.code, error.message) }
  if (error instanceof DatabaseAway) return { code: 'database_unavailable', answer: databaseAway }
  const status = (error as Partial<FastifyError> | null)?.statusCode ?? 500
  if (status >= 400 && status < 500) {
    const code = protocolCodeOf(status)
    return { code, answer: protocolAnswer(code) }
  }
  const message = `Internal error encountered. Correlation ID ${correlationId}`
  return { code: 'internal', answer: { status: 500, message, details: [] } }
}

/** Answers any error in the envelope. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { code, answer } = classifyError(error, request.id)
  logError(error, code, answer, request)
  dropHeaders(reply)
  return reply
    .code(answer.status)
    .headers({ 'cache-control': 'no-store', ...answer.headers })
    .type('application/json; charset=utf-8')
    .send(errorEnvelope(answer.status, answer.message, code, answer.details))
}

/** What a handler had said about the body that now doesn't come (`Content-Encoding` of a file) must not stay. */
function dropHeaders(reply: FastifyReply): void {
  for (const name of Object.keys(reply.getHeaders())) {
    if (!headersOfEveryAnswer.has(name)) reply.removeHeader(name)
  }
}

/** A refusal is worth a debug line; something that broke is worth waking someone. */
export function logError(error: unknown, code: string, answer: ErrorAnswer, request: FastifyRequest): void {
  if (request.raw.socket.destroyed) request.log.debug({ code }, 'client left before its answer')
  // Whose keys can't be had is told where they are asked for: anybody can send tokens that name an issuer.
  else if (code === 'issuer_unavailable') request.log.debug({ code }, 'token could not be verified')
  else if (answer.status >= 500) request.log.error({ err: error, code }, 'request failed')
  else
    request.log.debug(
      { code, details: answer.details.map((detail) => detail.code), reason: reasonOf(error) },
      'request refused',
    )
}

/**
 * Why a token or a link was refused is for the operator, not for the caller. Of other refusals only the codes are
 * logged: their words quote what the caller sent, and a query may hold customers' names.
 */
function reasonOf(error: unknown): string | undefined {
  return error instanceof AppError && 'reason' in error.data ? error.data.reason : undefined
}

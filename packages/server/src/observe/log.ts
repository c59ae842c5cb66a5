import { pino, type Logger } from 'pino'
import pretty from 'pino-pretty'

export interface LogSettings {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug'
  readonly format: 'json' | 'pretty'
}

/**
 * The server's logger. It writes to standard error, so that standard output stays free for what scripts read.
 * Tokens and secrets are cut out here as well as where they arise: a log line outlives every other copy.
 */
export function createLog(settings: LogSettings): Logger {
  const options = {
    level: settings.level,
    base: null,
    redact: {
      paths: [
        'req.headers.authorization',
        'req.headers["x-aaduserticket"]',
        'headers.authorization',
        'headers["x-aaduserticket"]',
        '*.secret',
        '*.clientSecret',
        '*.secretHash',
        '*.webhookSecret',
        '*.token',
      ],
      censor: '[cut]',
    },
  }
  return settings.format === 'pretty'
    ? pino(
        options,
        pretty({ colorize: process.stderr.isTTY, destination: 2, sync: true, translateTime: 'UTC:HH:MM:ss' }),
      )
    : pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }))
}

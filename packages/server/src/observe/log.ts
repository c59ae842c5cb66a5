import { pino, type Logger } from 'pino'
import pretty from 'pino-pretty'

export interface LogSettings {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug'
  readonly format: 'json' | 'pretty'
}

/**
 * The server's logger. It writes to standard error, so that standard output stays free for what scripts read.
 * A request's headers are never logged on purpose; should it happen by a library's doing, its token is cut out here.
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
      ],
      censor: '[cut]',
    },
  }
  // Lines are written behind the work, many at once: a line at a time cost a sixth of a small request. What waits is
  // written when the process ends by itself; SIGKILL loses the last moments of the log, nothing else.
  return settings.format === 'pretty'
    ? pino(
        options,
        pretty({ colorize: process.stderr.isTTY, destination: 2, sync: true, translateTime: 'UTC:HH:MM:ss' }),
      )
    : pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: false }))
}

import type { Callback } from '@almanac/client'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addConnectionOptions, connect, type ConnectionFlags } from '../connection.ts'
import { formatTable } from '../table.ts'

interface Flags extends ConnectionFlags {
  readonly json?: boolean
  readonly execution?: string
}

/** `almanac callbacks list|resend`. */
export function addCallbacks(program: Command, { output }: CommandContext): void {
  const callbacks = program.command('callbacks').description('what reports have told their receivers')
  addConnectionOptions(callbacks.command('list'))
    .description('the callbacks of a report, newest first, with what came of each attempt')
    .argument('<reportId>')
    .option('--execution <executionId>', 'only those of this run')
    .option('--json', 'print JSON')
    .action(async (reportId: string, { execution, json, ...flags }: Flags) => {
      const found = await connect(flags).reports.callbacks(
        reportId,
        execution === undefined ? {} : { executionId: execution },
      )
      if (json === true) return output.json(found)
      output.line(formatTable(['id', 'execution', 'status', 'attempts', 'last answer', 'next'], found.map(row)))
    })
  addConnectionOptions(callbacks.command('resend'))
    .description('send a callback once more, now')
    .argument('<callbackId>')
    .option('--json', 'print JSON')
    .action(async (callbackId: string, { json, ...flags }: Flags) => {
      const callback = await connect(flags).reports.sendCallbackAgain(callbackId)
      if (json === true) return output.json(callback)
      output.line(`Callback ${callback.callbackId} will be sent to ${callback.callbackUrl}.`)
    })
}

function row({ callbackId, executionId, callbackStatus, attempts, nextAttemptTime }: Callback) {
  const last = attempts.at(-1)
  return [
    callbackId,
    executionId,
    callbackStatus,
    attempts.length,
    last === undefined ? '' : (last.error ?? `HTTP ${last.responseStatus}`),
    nextAttemptTime ?? '',
  ]
}

import type { Command } from 'commander'
import type { ExecutionStatus } from '@almanac/client'
import type { CommandContext } from '../command-context.ts'
import { addConnectionOptions, connect, type ConnectionFlags } from '../connection.ts'
import { formatTable } from '../table.ts'

interface Flags extends ConnectionFlags {
  readonly json?: boolean
  readonly status?: readonly ExecutionStatus[]
  readonly id?: readonly string[]
  readonly all?: boolean
}

/** `almanac executions <reportId>`. */
export function addExecutions(program: Command, { output }: CommandContext): void {
  addConnectionOptions(program.command('executions'))
    .description('show the runs of a report: the latest completed one, or the one that waits')
    .argument('<reportId...>')
    .option('--status <status...>', 'Pending, Running, Paused, Completed, Failed')
    .option('--id <executionId...>', 'these runs')
    .option('--all', 'those of the last 90 days, not only the latest')
    .option('--json', 'print JSON')
    .action(async (reportIds: readonly string[], flags: Flags) => {
      const { status, id, all } = flags
      const executions = await connect(flags).executions.list(reportIds, {
        ...(status !== undefined && { statuses: status }),
        ...(id !== undefined && { executionIds: id }),
        ...(all === true && { latestOnly: false }),
      })
      if (flags.json === true) return output.json(executions)
      const rows = executions.map((execution) => [
        execution.executionId,
        execution.executionStatus,
        execution.reportGeneratedTime,
        execution.failureReason?.message,
      ])
      output.line(formatTable(['id', 'status', 'generated', 'reason'], rows))
    })
}

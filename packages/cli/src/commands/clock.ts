import type { ClockReading } from '@almanac/client'
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addConnectionOptions, connect, type ConnectionFlags } from '../connection.ts'
import { formatTable } from '../table.ts'

interface Flags extends ConnectionFlags {
  readonly json?: boolean
  readonly to?: string
  readonly by?: number
}

/** `almanac clock`: reads the server's clock, or moves it forward. */
export function addClock(program: Command, { output }: CommandContext): void {
  addConnectionOptions(program.command('clock'))
    .description("show the server's clock, or move that of an emulator forward (role Admin)")
    .addOption(new Option('--to <time>', 'move to this instant, UTC (yyyy-MM-ddTHH:mm:ssZ)').conflicts('by'))
    .option('--by <span>', 'move by this much: 90s, 30m, 6h, 2d, 4w', seconds)
    .option('--json', 'print JSON')
    .action(async (flags: Flags) => {
      const { to, by, json } = flags
      const { clock } = connect(flags)
      const reading =
        to !== undefined
          ? await clock.move({ to })
          : by !== undefined
            ? await clock.move({ bySeconds: by })
            : await clock.read()
      if (json === true) return output.json(reading)
      output.line(standingOf(reading))
      if (reading.happenings.length === 0) return
      const rows = reading.happenings.map((each) => [each.time, each.kind, each.reportId, each.detail])
      output.line(formatTable(['time', 'what', 'report', ''], rows))
    })
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }

/** `2d` → 172800. */
function seconds(span: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,9})([smhdw])$/.exec(span) ?? []
  const factor = unitSeconds[unit]
  if (factor === undefined) throw new InvalidArgumentError('It must be a number with s, m, h, d or w, like 2d.')
  return Number(amount) * factor
}

function standingOf({ time, machineTime, movable, previousTime }: ClockReading): string {
  const moved = previousTime === null ? '' : ` (moved from ${previousTime})`
  if (!movable) return `${time}, the time of its machine`
  return `${time}${moved}; its machine says ${machineTime}`
}

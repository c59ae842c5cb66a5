import { Option, type Command } from 'commander'
import type { NewReport, Report, ReportUpdate } from '@almanac/client'
import type { CommandContext } from '../command-context.ts'
import { addConnectionOptions, connect, type ConnectionFlags } from '../connection.ts'
import { noteDetails } from '../note-details.ts'
import { wholeNumber } from '../number-option.ts'
import { formatTable } from '../table.ts'

interface Flags extends ConnectionFlags {
  readonly json?: boolean
}

/** `almanac report create|list|update|pause|resume|delete|history`. */
export function addReport(program: Command, context: CommandContext): void {
  const report = program.command('report').description('schedule queries, and list what is scheduled')
  addCreate(report, context)
  addList(report, context)
  addUpdate(report, context)
  addChange(report, context, 'pause', 'hold the schedule of a report; what runs finishes')
  addChange(report, context, 'resume', 'go on with the schedule of a paused report')
  addChange(report, context, 'delete', 'remove a report with its executions and files')
  addHistory(report, context)
}

interface CreateFlags extends Flags {
  readonly query: string
  readonly now?: boolean
  readonly start?: string
  readonly every?: number
  readonly count?: number
  readonly end?: string
  readonly queryStart?: string
  readonly queryEnd?: string
  readonly format?: 'csv' | 'tsv'
  readonly description?: string
  readonly callback?: string
  readonly callbackMethod?: 'GET' | 'POST'
  readonly callbackOn?: CallbackOn
  readonly neutralizeFormulas?: boolean
}

function addCreate(parent: Command, { output }: CommandContext): void {
  const manyHours = wholeNumber(1, 1_000_000)
  addConnectionOptions(parent.command('create'))
    .description('run a query on a schedule, or once with --now')
    .argument('<name>')
    .requiredOption('--query <queryId>', 'a saved query or a system query')
    .option('--now', 'run once, at once')
    .option('--start <time>', 'first run, UTC (yyyy-MM-ddTHH:mm:ssZ)')
    .option('--every <hours>', 'hours between runs', manyHours)
    .option('--count <number>', 'how many runs', manyHours)
    .option('--end <time>', 'no run starts after it, UTC')
    .option('--query-start <time>', "with --now: replaces the query's TIMESPAN, first instant")
    .option('--query-end <time>', 'with --now: its end, not included')
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'tsv']))
    .option('--description <text>')
    .option('--callback <url>', 'called when a file is ready')
    .addOption(new Option('--callback-method <method>').choices(['GET', 'POST']))
    .addOption(callbackOnOption())
    .option('--neutralize-formulas', 'for people: no spreadsheet runs a text of the file as a formula')
    .option('--json', 'print JSON')
    .action(async (name: string, flags: CreateFlags) => {
      const { report, notes } = await connect(flags).reports.create(newReportOf(name, flags))
      noteDetails(output, notes)
      if (flags.json === true) return output.json(report)
      output.line(report.reportId)
    })
}

/** What was not said is not sent: the service has its own defaults, and its own words for what is missing. */
function newReportOf(reportName: string, flags: CreateFlags): NewReport {
  const { now, start, every, count, end, queryStart, queryEnd, format, description, callback, neutralizeFormulas } =
    flags
  const { callbackMethod, callbackOn } = flags
  return {
    reportName,
    queryId: flags.query,
    ...(now !== undefined && { executeNow: now }),
    ...(start !== undefined && { startTime: start }),
    ...(every !== undefined && { recurrenceInterval: every }),
    ...(count !== undefined && { recurrenceCount: count }),
    ...(end !== undefined && { endTime: end }),
    ...(queryStart !== undefined && { queryStartTime: queryStart }),
    ...(queryEnd !== undefined && { queryEndTime: queryEnd }),
    ...(format !== undefined && { format }),
    ...(description !== undefined && { description }),
    ...(callback !== undefined && { callbackUrl: callback }),
    ...(callbackMethod !== undefined && { callbackMethod }),
    ...(callbackOn !== undefined && { callbackOn }),
    ...(neutralizeFormulas !== undefined && { neutralizeFormulas }),
  }
}

type CallbackOn = 'Completed' | 'Ended'

const callbackOnOption = () =>
  new Option('--callback-on <what>', 'when a file is ready, or Ended: when a run fails, too').choices([
    'Completed',
    'Ended',
  ])

interface ListFlags extends Flags {
  readonly id?: readonly string[]
  readonly name?: string
  readonly query?: string
}

function addList(parent: Command, { output }: CommandContext): void {
  addConnectionOptions(parent.command('list'))
    .description('list reports')
    .option('--id <reportId...>')
    .option('--name <name>', 'the whole name, in any case')
    .option('--query <queryId>', 'reports on this query')
    .option('--json', 'print JSON')
    .action(async (flags: ListFlags) => {
      const { id, name, query } = flags
      const reports: Report[] = []
      const found = connect(flags).reports.list({
        ...(id !== undefined && { reportIds: id }),
        ...(name !== undefined && { reportName: name }),
        ...(query !== undefined && { queryId: query }),
      })
      for await (const report of found) reports.push(report)
      if (flags.json === true) return output.json(reports)
      const rows = reports.map((report) => [
        report.reportId,
        report.reportName,
        report.reportStatus,
        // The service shows -1 for a report that runs once.
        report.recurrenceInterval < 0 ? 'once' : `every ${report.recurrenceInterval} h`,
        report.recurrenceCount,
        report.nextExecutionStartTime ?? '',
      ])
      output.line(formatTable(['id', 'name', 'status', 'runs', 'left', 'next'], rows))
    })
}

interface UpdateFlags extends Flags {
  readonly name?: string
  readonly description?: string
  readonly start?: string
  readonly every?: number
  readonly count?: number
  readonly end?: string
  readonly format?: 'csv' | 'tsv'
  readonly callback?: string
  readonly callbackMethod?: 'GET' | 'POST'
  readonly callbackOn?: CallbackOn
  readonly neutralizeFormulas?: boolean
  readonly clear?: readonly Clearable[]
}

/** What `--clear` takes, with the field that it empties. */
const clearable = {
  description: 'description',
  count: 'recurrenceCount',
  end: 'endTime',
  callback: 'callbackUrl',
} as const satisfies Record<string, keyof ReportUpdate>
type Clearable = keyof typeof clearable

function addUpdate(parent: Command, { output }: CommandContext): void {
  const manyHours = wholeNumber(1, 1_000_000)
  addConnectionOptions(parent.command('update'))
    .description('change a report; what is not said stays')
    .argument('<reportId>')
    .option('--name <name>')
    .option('--description <text>')
    .option('--start <time>', 'another first run, UTC: the runs count anew')
    .option('--every <hours>', 'other hours between runs: the runs count anew', manyHours)
    .option('--count <number>', 'another number of runs: they count anew', manyHours)
    .option('--end <time>', 'no run starts after it, UTC')
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'tsv']))
    .option('--callback <url>', 'called when a file is ready')
    .addOption(new Option('--callback-method <method>').choices(['GET', 'POST']))
    .addOption(callbackOnOption())
    .option('--neutralize-formulas', 'for people: no spreadsheet runs a text of the file as a formula')
    .option('--no-neutralize-formulas', 'for programs: the texts as they are')
    .addOption(new Option('--clear <what...>', 'leave it empty').choices(Object.keys(clearable)))
    .option('--json', 'print JSON')
    .action(async (reportId: string, flags: UpdateFlags) => {
      const report = await connect(flags).reports.update(reportId, reportUpdateOf(flags))
      if (flags.json === true) return output.json(report)
      output.line(standingOf(report))
    })
}

function reportUpdateOf(flags: UpdateFlags): ReportUpdate {
  const { name, description, start, every, count, end, format, callback, clear = [] } = flags
  const { callbackMethod, callbackOn, neutralizeFormulas } = flags
  return {
    ...(name !== undefined && { reportName: name }),
    ...(description !== undefined && { description }),
    ...(start !== undefined && { startTime: start }),
    ...(every !== undefined && { recurrenceInterval: every }),
    ...(count !== undefined && { recurrenceCount: count }),
    ...(end !== undefined && { endTime: end }),
    ...(format !== undefined && { format }),
    ...(callback !== undefined && { callbackUrl: callback }),
    ...(callbackMethod !== undefined && { callbackMethod }),
    ...(callbackOn !== undefined && { callbackOn }),
    ...(neutralizeFormulas !== undefined && { neutralizeFormulas }),
    ...Object.fromEntries(clear.map((what) => [clearable[what], null])),
  }
}

function addChange(
  parent: Command,
  { output }: CommandContext,
  verb: 'pause' | 'resume' | 'delete',
  description: string,
): void {
  addConnectionOptions(parent.command(verb))
    .description(description)
    .argument('<reportId>')
    .option('--json', 'print JSON')
    .action(async (reportId: string, flags: Flags) => {
      const report = await connect(flags).reports[verb](reportId)
      if (flags.json === true) return output.json(report)
      output.line(verb === 'delete' ? `Deleted ${report.reportName}.` : standingOf(report))
    })
}

function standingOf({ reportName, reportStatus, nextExecutionStartTime }: Report): string {
  return `${reportName}: ${reportStatus}, ${nextExecutionStartTime == null ? 'no run waits' : `next run ${nextExecutionStartTime}`}`
}

function addHistory(parent: Command, { output }: CommandContext): void {
  addConnectionOptions(parent.command('history'))
    .description('what happened to a report, newest first: why did nothing come on Tuesday?')
    .argument('<reportId>')
    .option('--from <time>', 'only from then on, UTC')
    .option('--until <time>', 'only before, UTC')
    .option('--json', 'print JSON')
    .action(async (reportId: string, { from, until, json, ...flags }: HistoryFlags) => {
      const events = await connect(flags).reports.events(reportId, {
        ...(from !== undefined && { startTime: from }),
        ...(until !== undefined && { endTime: until }),
      })
      if (json === true) return output.json(events)
      const rows = events.map(({ time, event, executionId, detail }) => [time, event, executionId ?? '', detail ?? ''])
      output.line(formatTable(['time', 'what', 'execution', ''], rows))
    })
}

interface HistoryFlags extends Flags {
  readonly from?: string
  readonly until?: string
}

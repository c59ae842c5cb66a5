import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { AlmanacClient, Execution } from '@almanac/client'
import type { Command } from 'commander'
import { formatBytes } from '../amounts.ts'
import type { CommandContext } from '../command-context.ts'
import { addConnectionOptions, connect, type ConnectionFlags } from '../connection.ts'
import { downloadName } from '../download-name.ts'
import { createProgressBar } from '../progress-bar.ts'
import { saveDownload } from '../save-download.ts'
import { UsageError } from '../usage-error.ts'

interface Flags extends ConnectionFlags {
  readonly execution?: string
  readonly out?: string
  readonly wait?: boolean
  readonly json?: boolean
}

/** `almanac download <reportId>`. */
export function addDownload(program: Command, context: CommandContext): void {
  addConnectionOptions(program.command('download'))
    .description("download a report's latest file and check it against its manifest")
    .argument('<reportId>')
    .option('--execution <id>', 'the file of this run')
    .option('-o, --out <file>', 'where to; - is standard output. Default: the name of the report')
    .option('--wait', 'wait until there is one')
    .option('--json', 'print JSON about the file')
    .action((reportId: string, flags: Flags) => runDownload(context, reportId, flags))
}

async function runDownload(
  { output, now, interruption }: CommandContext,
  reportId: string,
  flags: Flags,
): Promise<void> {
  const client = connect(flags)
  const signal = interruption()
  const execution = await findExecution(client, reportId, flags, signal)
  const bar = createProgressBar(output, 'download', now)
  const download = await client.download(execution, {
    signal,
    onProgress: ({ receivedBytes, totalBytes }) => bar.update(receivedBytes, totalBytes, formatBytes(receivedBytes)),
  })
  if (flags.out === '-') {
    await pipeline(Readable.fromWeb(download.body), process.stdout, { end: false, signal })
    await download.verified
    return
  }
  const file = flags.out ?? downloadName(execution, download.manifest)
  const { sizeBytes, sha256 } = await saveDownload(download, file, signal)
  const isChecked = download.manifest !== null
  bar.finish(
    `${formatBytes(sizeBytes)}, ${isChecked ? 'SHA-256 as in the manifest' : 'not checked: there is no manifest'}`,
  )
  if (flags.json === true) output.json({ file, sizeBytes, sha256, manifest: download.manifest })
  else output.line(file)
}

async function findExecution(
  client: AlmanacClient,
  reportId: string,
  { execution: executionId, wait }: Flags,
  signal: AbortSignal,
): Promise<Execution> {
  if (wait === true) {
    return client.waitForExecution(reportId, { signal, ...(executionId !== undefined && { executionId }) })
  }
  const [execution] = await client.executions.list(reportId, {
    signal,
    ...(executionId !== undefined && { executionIds: [executionId] }),
  })
  if (execution === undefined) throw new UsageError(`There is no run of the report ${reportId} yet.`)
  return execution
}

import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { AlmanacError, type AlmanacClient, type Execution } from '@almanac/client'
import { formatBytes, grouped } from '../amounts.ts'
import type { CommandContext } from '../command-context.ts'
import { downloadName } from '../download-name.ts'
import { printable } from '../printable.ts'
import { createProgressBar } from '../progress-bar.ts'
import { saveDownload } from '../save-download.ts'
import { formatTable } from '../table.ts'
import { demoQuery } from './demo-query.ts'
import type { Step } from './steps.ts'

/** What the walk made on its way. */
export interface Walked {
  readonly queryId: string
  readonly reportId: string
  readonly secureLink: string | null
}

/** From a token to a checked file on disk, over HTTP, as any client would go. Raises whatever stops it on the way. */
export async function walk(
  context: CommandContext,
  input: {
    readonly client: AlmanacClient
    readonly step: Step
    readonly downloadFolder: string
    readonly signal: AbortSignal
  },
): Promise<Walked> {
  const { client, step, downloadFolder, signal } = input

  await step(
    'Get a token',
    () => client.accessToken(signal),
    (token) => [`Bearer ${token.slice(0, 24)}… (${token.length} characters, good for an hour)`],
  )

  await step(
    'List the datasets',
    () => client.datasets.list({ signal }),
    (datasets) => [
      formatTable(
        ['dataset', 'columns', 'metrics'],
        datasets.map((each) => [each.datasetName, each.selectableColumns.length, each.availableMetrics.length]),
      ),
    ],
  )

  const { query } = await step(
    'Save a query',
    () =>
      client.queries.create({ name: 'Paid usage', description: 'Made by almanac demo', query: demoQuery }, { signal }),
    ({ query }) => [query.query, `queryId ${query.queryId}`],
  )

  await step(
    'Try it',
    () => client.queries.test({ queryId: query.queryId }, { signal }),
    ({ rows }) => {
      const headers = Object.keys(rows[0] ?? {})
      const shown = rows.slice(0, 5).map((row) => headers.map((name) => row[name]))
      return [formatTable(headers, shown), `… ${rows.length} rows in all`]
    },
  )

  const { report } = await step(
    'Schedule it, to run now',
    () => client.reports.create({ reportName: 'Paid usage', queryId: query.queryId, executeNow: true }, { signal }),
    ({ report }) => [`reportId ${report.reportId}, ${report.reportStatus}`],
  )

  const execution = await step(
    'Wait until it has run',
    () => waitFor(context, client, report.reportId, signal),
    (done) => [`executionId ${done.executionId}, ${done.executionStatus}, link good until ${done.reportExpiryTime}`],
  )

  const { path, manifest, verified } = await step(
    'Download the file',
    () => fetchFile(context, client, execution, downloadFolder, signal),
    ({ path, verified, manifest }) => [
      `${path}: ${formatBytes(verified.sizeBytes)}, ${grouped(manifest.rows)} rows of ${manifest.columns.length} columns`,
    ],
  )

  await step(
    'Check it against its manifest',
    async () => verified,
    ({ sha256 }) => [
      `SHA-256 ${sha256}: the same`,
      `data version ${manifest.dataVersion}, as of ${manifest.referenceTime}`,
    ],
  )

  await step(
    'Look into it',
    () => firstLines(path, 6),
    (lines) => lines.map(printable),
  )
  return { queryId: query.queryId, reportId: report.reportId, secureLink: execution.reportAccessSecureLink }
}

async function waitFor(
  { output, now }: CommandContext,
  client: AlmanacClient,
  reportId: string,
  signal: AbortSignal,
): Promise<Execution> {
  const startedAt = now()
  let isShown = false
  try {
    return await client.waitForExecution(reportId, {
      signal,
      pollMs: 100,
      maximumPollMs: 1_000,
      onPoll(seen) {
        // What is done within a second needs no commentary.
        const waitedMs = now() - startedAt
        if (output.statusLine === null || waitedMs < 1_000) return
        isShown = true
        output.statusLine(`    ${seen?.executionStatus ?? 'Pending'} for ${Math.round(waitedMs / 1_000)} s`)
      },
    })
  } finally {
    if (isShown) output.statusLine?.('')
  }
}

async function fetchFile(
  { output, now }: CommandContext,
  client: AlmanacClient,
  execution: Execution,
  folder: string,
  signal: AbortSignal,
) {
  const startedAt = now()
  const bar = createProgressBar(output, '    download', now)
  const download = await client.download(execution, {
    signal,
    onProgress({ receivedBytes, totalBytes }) {
      if (now() - startedAt > 1_000) bar.update(receivedBytes, totalBytes, formatBytes(receivedBytes))
    },
  })
  const { manifest } = download
  if (manifest === null)
    throw new AlmanacError({ code: 'no_manifest', message: 'The file has no manifest to check it by' })
  const path = join(folder, downloadName(execution, manifest))
  const verified = await saveDownload(download, path, signal)
  output.statusLine?.('')
  return { path, manifest, verified }
}

async function firstLines(path: string, count: number): Promise<readonly string[]> {
  const lines: string[] = []
  const file = createReadStream(path)
  for await (const line of createInterface({ input: file })) {
    lines.push(line)
    if (lines.length === count) break
  }
  file.destroy()
  return lines
}

import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { connect } from '../connection.ts'
import { curlLines } from '../demo/curl-lines.ts'
import { startServeChild, type ServeChild } from '../demo/serve-child.ts'
import { createSteps, type Step } from '../demo/steps.ts'
import { walk } from '../demo/walk.ts'
import { hasSample, makeSample } from '../make-sample.ts'
import { addSampleOptions, type SampleFlags } from '../sample-options.ts'

const dayMs = 86_400_000

interface Flags extends SampleFlags {
  readonly data: string
  readonly keep?: boolean
}

/** `almanac demo`. */
export function addDemo(program: Command, context: CommandContext): void {
  addSampleOptions(program.command('demo'), { accounts: 2 })
    .description('make sample data, start a server on it and walk from a token to a checked file')
    .option('--data <folder>', 'where the demo keeps its things; kept for the next time', './demo-data')
    .option('--keep', 'leave the server running afterwards and show curl lines for it, until Ctrl-C')
    .action((flags: Flags) => runDemo(context, flags))
}

async function runDemo(context: CommandContext, { data, keep, ...sample }: Flags): Promise<void> {
  const dataFolder = resolve(data)
  const datasetsFolder = join(dataFolder, 'datasets')
  const signal = context.interruption()
  const step = createSteps(context)

  await mkdir(dataFolder, { recursive: true })
  if (!(await hasSample(datasetsFolder, sample))) {
    await makeSample(context, {
      ...sample,
      outFolder: datasetsFolder,
      catalogFolder: null,
      // The rows end today, and the same bytes come all day long.
      referenceAt: Math.floor(Date.now() / dayMs) * dayMs,
    })
  }

  const server = await step(
    'Start a server',
    () => startServeChild({ dataFolder, sample, logFile: join(dataFolder, 'server.log'), signal }),
    ({ announcement: { url, pid, tenantId } }) => [`${url}, process ${pid}, tenant ${tenantId}`],
  )
  try {
    await useServer(context, server, {
      step,
      downloadFolder: join(dataFolder, 'downloads'),
      keep: keep === true,
      signal,
    })
  } finally {
    await server.stop()
  }
}

interface Visit {
  readonly step: Step
  readonly downloadFolder: string
  readonly keep: boolean
  readonly signal: AbortSignal
}

/** Walks the flow; with `keep`, shows how to go on by hand and waits. */
async function useServer(context: CommandContext, server: ServeChild, visit: Visit): Promise<void> {
  const { output } = context
  const { step, downloadFolder, keep, signal } = visit
  const { url, tenantId, program, clients } = server.announcement
  const [me] = clients
  if (me === undefined) throw new Error('The demo server has no client')
  const client = connect({
    url,
    tenant: tenantId,
    program,
    apiVersion: 'v1.1',
    clientId: me.clientId,
    clientSecret: me.clientSecret,
  })
  const walked = await Promise.race([walk(context, { client, step, downloadFolder, signal }), server.died])

  if (!keep) return
  output.line()
  for (const line of curlLines(server.announcement, walked)) output.line(line)
  output.note('\nThe server runs until Ctrl-C.')
  if (!signal.aborted) await Promise.race([once(signal, 'abort'), server.died])
}

import { once } from 'node:events'
import { loadSettings, type SettingsSource } from './config/load-settings.ts'
import type { Settings } from './config/settings.ts'
import { refuseDemoInPublic } from './demo/refuse-demo-in-public.ts'
import { startDemoServer, type DemoOptions } from './demo/start-demo-server.ts'
import { createLog } from './observe/log.ts'
import { startServer, type RunningServer } from './server.ts'

export interface RunOptions extends SettingsSource {
  /** Sample data and demo clients in the data folder; null for a server of one's own data. */
  readonly demo: DemoOptions | null
  /** What goes to standard output as soon as the server listens: one line of JSON, or one for people. */
  readonly announcement: 'json' | 'text'
}

/**
 * Runs a server until SIGTERM or SIGINT. Resolves with the exit code: 0 after a clean end, 1 when it could not start, or
 * may not go on since a newer Almanac has changed the schema; the reason is a sentence on standard error.
 */
export async function runServer(options: RunOptions): Promise<number> {
  // Listened for from the start: a signal that comes while sample data is being made must not be lost.
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort())
  try {
    const defaults = options.demo === null ? {} : demoSettings
    const settings = await loadSettings({ ...options, overrides: { ...defaults, ...given(options.overrides) } })
    const server = await start(settings, options, stopping.signal).catch((error: unknown) => {
      // Told to end while it waited for its database: nothing has begun.
      if (stopping.signal.aborted) return null
      throw error
    })
    if (server === null) return 0
    const stopped = stopping.signal.aborted ? null : once(stopping.signal, 'abort').then(() => null)
    const outdated = await Promise.race([stopped, server.outdated])
    if (outdated === null) server.log.info('stopping')
    else server.log.fatal({ reason: outdated }, 'this version may not go on')
    await server.close()
    return outdated === null ? 0 : 1
  } catch (error) {
    process.stderr.write(`Almanac could not start: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

// A demo is for trying things on one machine: its callbacks may go to that machine.
const demoSettings: RunOptions['overrides'] = {
  'listen.host': '127.0.0.1',
  'callbacks.allowedHosts': ['localhost', '127.0.0.1', '::1'],
  'callbacks.allowHttp': true,
  // On one machine everybody is one address.
  'limits.requestsPerMinutePerClient': 0,
  'limits.requestsPerMinutePerAddress': 0,
}

/** Without the flags that were not given: they must not hide a demo's own settings. */
function given(overrides: RunOptions['overrides']): RunOptions['overrides'] {
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined))
}

async function start(settings: Settings, options: RunOptions, signal: AbortSignal): Promise<RunningServer> {
  const log = createLog(settings.log)
  const say = (announcement: object, sentence: string): void => {
    process.stdout.write(`${options.announcement === 'json' ? JSON.stringify(announcement) : sentence}\n`)
  }
  if (options.demo === null) {
    refuseDemoInPublic(settings)
    const server = await startServer(settings, log, { signal })
    const { url, tenantId } = server
    say({ url, tenantId, pid: process.pid }, `Almanac listens on ${url} (tenant ${tenantId}).`)
    return server
  }
  const demo = await startDemoServer(settings, log, options.demo)
  const { url, tenantId } = demo.server
  say(
    { url, tenantId, program: 'cmp', clients: demo.clients, pid: process.pid },
    `Almanac listens on ${url} (tenant ${tenantId}) with sample data.\n${demo.clients
      .map((client) => `  account ${client.account}: client ${client.clientId}, secret ${client.clientSecret}`)
      .join('\n')}`,
  )
  return demo.server
}

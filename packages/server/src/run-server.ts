import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { readSettings, SettingsError } from './config/read-settings.ts'
import type { SettingName } from './config/setting-table.ts'
import type { Settings } from './config/settings.ts'
import { startDemoServer, type DemoOptions } from './demo/start-demo-server.ts'
import { createLog } from './observe/log.ts'
import { startServer, type RunningServer } from './server.ts'

export interface RunOptions {
  /** Path of a YAML or JSON config file; null without one. */
  readonly configFile: string | null
  /** Settings from the command line. They win over environment and file. */
  readonly overrides: Readonly<Partial<Record<SettingName, unknown>>>
  /** Sample data and demo clients in the data folder; null for a server of one's own data. */
  readonly demo: DemoOptions | null
  /** What goes to standard output as soon as the server listens: one line of JSON, or one for people. */
  readonly announcement: 'json' | 'text'
}

/**
 * Runs a server until SIGTERM or SIGINT. Resolves with the exit code: 0 after a clean end, 1 when it could not start;
 * the reason is a sentence on standard error.
 */
export async function runServer(options: RunOptions): Promise<number> {
  // Listened for from the start: a signal that comes while sample data is being made must not be lost.
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort())
  try {
    const settings = await settingsOf(options)
    const server = await start(settings, options)
    if (!stopping.signal.aborted) await once(stopping.signal, 'abort')
    server.log.info('stopping')
    await server.close()
    return 0
  } catch (error) {
    process.stderr.write(`Almanac could not start: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

async function settingsOf(options: RunOptions): Promise<Settings> {
  const path = options.configFile
  const file = path === null ? null : { path, text: await readConfigFile(path) }
  const demoDefaults = options.demo === null ? {} : demoSettings
  return readSettings({
    file,
    environment: process.env,
    overrides: { ...demoDefaults, ...options.overrides },
    isTerminal: process.stderr.isTTY,
  })
}

// A demo is for trying things on one machine: its callbacks may go to that machine.
const demoSettings: RunOptions['overrides'] = {
  'listen.host': '127.0.0.1',
  'callbacks.allowedHosts': ['localhost', '127.0.0.1', '::1'],
  'callbacks.allowHttp': true,
}

async function readConfigFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : String(error)
    throw new SettingsError([`The config file ${path} can't be read: ${reason}.`])
  }
}

async function start(settings: Settings, options: RunOptions): Promise<RunningServer> {
  const log = createLog(settings.log)
  const say = (announcement: object, sentence: string): void => {
    process.stdout.write(`${options.announcement === 'json' ? JSON.stringify(announcement) : sentence}\n`)
  }
  if (options.demo === null) {
    const server = await startServer(settings, log)
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

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readSettings } from '../config/read-settings.ts'
import { createLog } from '../observe/log.ts'
import { demoClientsFile } from './demo-clients.ts'
import { refuseDemoInPublic } from './refuse-demo-in-public.ts'
import { startDemoServer } from './start-demo-server.ts'

const folder = await mkdtemp(join(tmpdir(), 'almanac-demo-'))
afterAll(() => rm(folder, { recursive: true }))

const settingsOn = (host: string, dataFolder = folder) =>
  readSettings({
    file: null,
    environment: {},
    overrides: { dataFolder, 'listen.host': host, publicUrl: 'https://reports.example.com' },
    isTerminal: false,
  })
const hosts = ['0.0.0.0', '::', '192.168.1.5', '203.0.113.7', 'reports.example.com', '127.0.0.1.example.com']

test.each(hosts)('a demo server doesn’t listen on %s', async (host) => {
  const options = { usageRows: 1, accounts: 1, seed: 1 }
  const log = createLog({ level: 'fatal', format: 'json' })
  await expect(startDemoServer(settingsOn(host), log, options)).rejects.toThrow(
    `it listens on this machine only: listen.host is ${host}`,
  )
})

test('a data folder with demo clients is not served to others without --demo either', async () => {
  for (const host of hosts) refuseDemoInPublic(settingsOn(host))
  await writeFile(join(folder, demoClientsFile), '[]')
  for (const host of hosts)
    expect(() => refuseDemoInPublic(settingsOn(host))).toThrow(
      `demo clients, whose secrets were printed, and listen.host is ${host}`,
    )
  for (const host of ['127.0.0.1', '127.8.8.8', '::1', 'localhost']) refuseDemoInPublic(settingsOn(host))
})

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readSettings } from '../config/read-settings.ts'
import { freePort } from '../kernel/testing/free-port.ts'
import { createLog } from '../observe/log.ts'
import { startDemoServer } from './start-demo-server.ts'

test('a demo server whose clients can’t be kept is not left running', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'almanac-demo-'))
  onTestFinished(() => rm(dataFolder, { recursive: true, force: true }))
  // Where their file is written before it is renamed.
  await mkdir(join(dataFolder, 'demo-clients.json.new'))
  const port = await freePort()
  const overrides = { dataFolder, 'listen.host': '127.0.0.1', 'listen.port': port, 'engine.memoryLimitMiB': 640 }
  const settings = readSettings({ file: null, environment: {}, overrides, isTerminal: false })
  const log = createLog({ level: 'fatal', format: 'json' })
  const options = { usageRows: 10, accounts: 2, seed: 1 }
  await expect(startDemoServer(settings, log, options)).rejects.toThrow('EISDIR')
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow('fetch failed')
})

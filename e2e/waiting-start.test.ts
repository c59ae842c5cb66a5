import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './testing/almanac-process.ts'

test('a server that waits for its database ends at once when it is told to, and says that nothing is wrong', async () => {
  // Takes connections and hangs up, as a database that is just starting may.
  const asked = Promise.withResolvers<void>()
  const notYet = createServer((socket) => {
    socket.destroy()
    asked.resolve()
  }).listen(0, '127.0.0.1')
  await once(notYet, 'listening')
  const address = notYet.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const folder = await mkdtemp(join(tmpdir(), 'almanac-waiting-'))
  const command = join(root, 'packages/cli/bin/almanac.mjs')
  const settings = { 'database.url': `postgresql://almanac@127.0.0.1:${port}/almanac`, 'database.waitSeconds': 600 }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const child = spawn(process.execPath, [command, 'serve', '--port', '0', '--data', folder, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await asked.promise
    const toldAt = performance.now()
    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number | null]
    expect([code, said]).toEqual([0, ''])
    // Not the ten minutes that it would have waited.
    expect(performance.now() - toldAt).toBeLessThan(60_000)
  } finally {
    child.kill('SIGKILL')
    notYet.close()
    await rm(folder, { recursive: true, force: true })
  }
})

import { createHash } from 'node:crypto'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { startServeChild } from './serve-child.ts'

const almanac = fileURLToPath(new URL('../../bin/almanac.mjs', import.meta.url))
const sample = ['--rows', '2000', '--accounts', '2']
// As on a machine where somebody works with another server: none of it is meant for the demo.
const environment = { ...process.env, ALMANAC_TENANT_ID: 'another', ALMANAC_PROFILE: 'partner-center' }

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-demo-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('the demo walks from nothing to a checked file, leaves no server, and finds its data the next time', async () => {
  const data = await makeFolder()
  const run = () =>
    promisify(execFile)(process.execPath, [almanac, 'demo', ...sample, '--data', data], { env: environment })
  const { stdout, stderr } = await run()
  expect(stdout.match(/^ *\d+\. .+(?= \()/gm)).toEqual([
    ' 1. Start a server',
    ' 2. Get a token',
    ' 3. List the datasets',
    ' 4. Save a query',
    ' 5. Try it',
    ' 6. Schedule it, to run now',
    ' 7. Wait until it has run',
    ' 8. Download the file',
    ' 9. Check it against its manifest',
    '10. Look into it',
  ])
  expect(stderr).toMatch(/^sample data \d+ datasets, [\d,]+ rows, .+\n$/)
  expect(await readdir(join(data, 'downloads'))).toEqual(['Paid usage.csv'])
  const file = await readFile(join(data, 'downloads', 'Paid usage.csv'))
  expect(stdout).toContain(`SHA-256 ${createHash('sha256').update(file).digest('hex')}: the same`)
  expect(file.toString('utf8')).toMatch(/^UsageDate,OfferName,SKU,NormalizedUsage,EstimatedExtendedChargePC\n\d{4}-/)
  expect(isRunning(Number(/process (\d+)/.exec(stdout)?.[1]))).toBe(false)

  expect((await run()).stderr).toBe('')
})

test('with --keep the server stays until Ctrl-C, and not longer', async () => {
  const data = await makeFolder()
  const demo = spawn(process.execPath, [almanac, 'demo', ...sample, '--keep', '--data', data], { env: environment })
  onTestFinished(() => void demo.kill('SIGKILL'))
  const ended = once(demo, 'exit')
  let url = ''
  let pid = 0
  for await (const line of createInterface({ input: demo.stdout })) {
    const found = /(http:\S+), process (\d+)/.exec(line)
    if (found !== null) [url, pid] = [found[1] ?? '', Number(found[2])]
    if (line.startsWith('curl --remote-name')) break
  }
  demo.stdout.resume()
  // It asks for a token, so it is there.
  expect((await fetch(`${url}/insights/v1.1/cmp/ScheduledDataset`)).status).toBe(401)
  demo.kill('SIGINT')
  expect(await ended).toEqual([0, null])
  expect(isRunning(pid)).toBe(false)
})

test('a server that does not start is told with the end of its log', async () => {
  const data = await makeFolder()
  const start = startServeChild({
    dataFolder: join(data, 'almanac.db'),
    sample: { rows: 0, accounts: 1, seed: 1 },
    logFile: join(data, 'server.log'),
    signal: new AbortController().signal,
  })
  await expect(start).rejects.toThrow(/^The server ended \(exit code 1\)\. Its log, .+server\.log, ends with:\n {2}.+/)
})

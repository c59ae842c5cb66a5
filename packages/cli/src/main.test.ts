import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const almanac = fileURLToPath(new URL('../bin/almanac.mjs', import.meta.url))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `almanac` as a process of its own. */
async function runProcess(words: readonly string[], nodeFlags: readonly string[] = []): Promise<Ended> {
  try {
    const { stdout, stderr } = await run(process.execPath, [...nodeFlags, almanac, ...words], {
      env: { PATH: process.env.PATH },
    })
    return { code: 0, stdout, stderr }
  } catch (error) {
    return error as Ended
  }
}

test('--help shows every command and ends well', async () => {
  const { code, stdout, stderr } = await runProcess(['--help'])
  expect([code, stderr]).toEqual([0, ''])
  for (const command of ['demo', 'serve', 'sample', 'datasets', 'query', 'report', 'executions', 'download']) {
    expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
  }
})

test('a mistake is told on standard error, with exit code 1', async () => {
  const { code, stdout, stderr } = await runProcess(['datsets'])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain("error: unknown command 'datsets'\n(Did you mean datasets?)")
})

test('an error of a command is one sentence, not a stack', async () => {
  const { code, stderr } = await runProcess(['datasets'])
  expect(code).toBe(1)
  expect(stderr).toBe('Error: Say who is asking: set ALMANAC_CLIENT_ID and ALMANAC_CLIENT_SECRET, or pass --token.\n')
})

test('an older Node is refused in one sentence', async () => {
  // What is asked for is the version; whatever runs this test is new enough.
  const older = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})"
  const { code, stdout, stderr } = await runProcess(['--help'], ['--import', older])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^almanac needs Node 24 or newer and this is v[\d.]+: .+\.\n$/)
})

test('serve --help lists every setting with its name in the environment', async () => {
  const { code, stdout } = await runProcess(['serve', '--help'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ +limits\.previewRows .+\n +ALMANAC_LIMITS_PREVIEW_ROWS\n.+Default: 100\./m)
})

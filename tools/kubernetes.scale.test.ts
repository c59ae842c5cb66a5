import { globSync } from 'node:fs'
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from './deploy/run-command.ts'
import { inNameOfSuite } from './scale/in-name-of-suite.ts'
import { pythonEnvironment, pythonLacking } from './scale/python-environment.ts'

// The manifests against the schemas that Kubernetes publishes, strictly: a field that a cluster would drop is a mistake.

const manifests = globSync(join(import.meta.dirname, '../deploy/kubernetes/*.yaml'))
// Of which clusters there may be now.
const versions = ['1.31', '1.34', '1.37']

describe.skipIf(pythonLacking !== null)(`the manifests${inNameOfSuite(pythonLacking)}`, () => {
  let folder: string
  let validate: (version: string, file: string) => Promise<string>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'almanac-manifests-'))
    const commands = await pythonEnvironment('deploy', join(import.meta.dirname, 'deploy/requirements.txt'))
    validate = (version, file) =>
      runCommand(join(commands, 'kubernetes-validate'), ['--strict', '--kubernetes-version', version, file])
  }, 240_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test.for(versions.flatMap((version) => manifests.map((file) => [version, basename(file), file] as const)))(
    'Kubernetes %s knows all that stands in %s',
    async ([version, , file]) => {
      expect(await validate(version, file)).not.toMatch(/^ERROR|invalid/im)
    },
  )

  test.for([
    ['a field that there isn’t', 'terminationGracePeriodSeconds: 45', 'terminationGracePeriod: 45'],
    ['a number that is a text', 'replicas: 2', 'replicas: two'],
  ] as const)('%s is noticed', async ([, right, wrong]) => {
    const text = await readFile(manifests.find((file) => file.endsWith('api.yaml')) ?? 'none', 'utf8')
    expect(text).toContain(right)
    const file = join(folder, 'wrong.yaml')
    await writeFile(file, text.replace(right, wrong))
    await expect(validate('1.37', file)).rejects.toThrow(/replicas|terminationGracePeriod/)
  })
})

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { environmentName, settingNames } from '../packages/server/src/config/setting-table.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const dockerfile = read('deploy/Dockerfile')
/** Instructions with their words, line ends that are escaped joined. */
const instructions = dockerfile
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => line.trim().split(/\s+/))

/** What each COPY takes from the repository. */
const copied = instructions
  .filter(([instruction, option = '']) => instruction === 'COPY' && !option.startsWith('--from'))
  .flatMap((words) => words.slice(1, -1))

/** A rule of an ignore file: what it names, and everything below that. */
function patternOf(rule: string): RegExp {
  const parts = rule
    .split(/(\*\*\/|\*\*|\*)/)
    .map((part) => ({ '**/': '(.*/)?', '**': '.*', '*': '[^/]*' })[part] ?? part.replaceAll(/[.+?^$()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('')}(/.*)?$`)
}

describe('the image', () => {
  test('copies what is there, and what its ignore file lets through', () => {
    expect(copied.length).toBeGreaterThan(5)
    const rules = read('deploy/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    const isLetThrough = (path: string): boolean => {
      let isIn = true
      // As Docker reads them: the last rule that names a path, or a folder that it is in, decides.
      for (const rule of rules) {
        if (patternOf(rule.replace(/^!/, '')).test(path)) isIn = rule.startsWith('!')
      }
      return isIn
    }
    for (const path of copied)
      expect([path, existsSync(join(root, path)), isLetThrough(path)]).toEqual([path, true, true])
    for (const path of [
      'packages/server/catalog',
      'packages/server/src/sample/rows.sql',
      'packages/cli/bin/almanac.mjs',
    ])
      expect([path, existsSync(join(root, path)), isLetThrough(path)]).toEqual([path, true, true])
    for (const path of ['data/almanac.db', '.git/config', 'node_modules/fastify', '.env', 'packages/server/.env'])
      expect([path, isLetThrough(path)]).toEqual([path, false])
  })

  test('leaves out no file that the product imports', () => {
    const left = ['testing', 'packages/query/corpus', 'packages/query/test']
    const sources = globSync('packages/*/src/**/*.ts', { cwd: root }).filter(
      (path) => !/\.(test|contract)\.ts$|\/testing\//.test(path),
    )
    expect(sources.length).toBeGreaterThan(300)
    const wrong = sources.flatMap((path) =>
      [...read(path).matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)]
        .map(([, imported = '']) => imported)
        .filter((imported) => /\.(test|contract)\.ts$/.test(imported) || left.some((name) => imported.includes(name)))
        .map((imported) => `${path} imports ${imported}`),
    )
    expect(wrong).toEqual([])
  })

  test('has every workspace that npm installs', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { readonly workspaces: readonly string[] }
    for (const workspace of workspaces) expect(copied).toContain(`${workspace}/package.json`)
  })

  test('runs as nobody special, and says whether it is alive', () => {
    const last = (name: string) => instructions.findLast(([instruction]) => instruction === name)
    expect(last('USER')).toEqual(['USER', '1000:1000'])
    expect(instructions.some(([instruction]) => instruction === 'HEALTHCHECK')).toBe(true)
    const entry = JSON.parse(last('ENTRYPOINT')?.slice(1).join(' ') ?? '[]') as readonly string[]
    expect(existsSync(join(root, entry[1] ?? 'none'))).toBe(true)
  })
})

const environmentNames = new Set(settingNames.map(environmentName))
const compose = parse(read('deploy/compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: object
}

interface ComposeService {
  readonly command?: readonly string[]
  readonly env_file?: readonly { readonly path: string; readonly required?: boolean }[]
  readonly volumes?: readonly string[]
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly depends_on?: object
  readonly healthcheck?: object
  readonly build?: { readonly dockerfile: string }
  readonly deploy?: { readonly replicas: number }
}

describe('the compose file', () => {
  const ours = Object.entries(compose.services).filter(([, service]) => service.build !== undefined)

  test('has one of each role, three workers, and the parts that they need', () => {
    expect(ours.map(([name, { command = [] }]) => `${name}: ${command.join(' ')}`)).toEqual([
      'api: serve --role api',
      'worker: serve --role worker',
      'callbacks: serve --role callbacks',
    ])
    expect(compose.services['worker']?.deploy?.replicas).toBe(3)
    for (const [, { depends_on: needs = {} }] of ours) {
      for (const part of Object.keys(needs)) expect(Object.keys(compose.services)).toContain(part)
    }
  })

  test('gives no process of ours a privilege or a file system to write to', () => {
    for (const [, service] of ours) expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
  })

  test('names settings and volumes that there are', () => {
    for (const [, { env_file: files = [], volumes = [] }] of ours) {
      // The last one wins, and is the reader’s own.
      expect(files).toEqual([{ path: 'compose.env' }, { path: 'almanac.env', required: false }])
      for (const volume of volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0])
    }
    const names = [...read('deploy/compose.env').matchAll(/^([^#\n][^=\n]*)=/gm)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(5)
    for (const name of names) expect([name, environmentNames.has(name)]).toEqual([name, true])
  })

  test('lets nothing stand between almanac.env and a process', () => {
    // What `environment` says would win over every file.
    for (const [, service] of ours) expect(service).not.toHaveProperty('environment')
  })
})

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: object }
    readonly template?: {
      readonly metadata: { readonly labels: object }
      readonly spec: {
        readonly securityContext: object
        readonly volumes: readonly { readonly name: string }[]
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string }[]
          readonly args: readonly string[]
          readonly securityContext: object
          readonly ports: readonly { readonly name: string }[]
          readonly livenessProbe: { readonly httpGet: { readonly port: string } }
          readonly volumeMounts: readonly { readonly name: string }[]
        }[]
      }
    }
  }
}

describe('the Kubernetes manifests', () => {
  const manifests = globSync('deploy/kubernetes/*.yaml', { cwd: root }).flatMap((path) =>
    parseAllDocuments(read(path)).map((document) => document.toJS() as Manifest),
  )
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment')

  test('run every role, without a privilege, on a file system that can’t be written to', () => {
    const containers = deployments.flatMap(({ spec }) => spec?.template?.spec.containers ?? [])
    expect(containers.map(({ args }) => args.join(' ')).toSorted()).toEqual([
      'serve --role api',
      'serve --role callbacks',
      'serve --role worker',
    ])
    for (const { securityContext } of containers)
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    for (const { spec } of deployments)
      expect(spec?.template?.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 })
  })

  test('hang together: labels, ports and volumes that are named are there', () => {
    for (const { spec } of deployments) {
      const template = spec?.template
      expect(template?.metadata.labels).toMatchObject(spec?.selector?.matchLabels ?? { none: true })
      const volumes = template?.spec.volumes.map(({ name }) => name)
      for (const { ports, livenessProbe, volumeMounts } of template?.spec.containers ?? []) {
        expect(ports.map(({ name }) => name)).toContain(livenessProbe.httpGet.port)
        for (const { name } of volumeMounts) expect(volumes).toContain(name)
      }
    }
  })

  test('name settings that there are', () => {
    const settings = manifests.find(({ kind }) => kind === 'ConfigMap')?.data ?? {}
    const ofContainers = deployments.flatMap(({ spec }) =>
      (spec?.template?.spec.containers ?? []).flatMap(({ env = [] }) => env.map(({ name }) => name)),
    )
    expect(ofContainers).toContain('ALMANAC_ENGINE_THREADS')
    for (const name of [...Object.keys(settings), ...ofContainers])
      expect([name, environmentNames.has(name)]).toEqual([name, true])
  })
})

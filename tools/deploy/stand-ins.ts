import { realpath } from 'node:fs/promises'
import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { installedAzurite } from '../../packages/server/src/blobs/testing/installed-azurite.ts'
import { findJava } from '../../packages/server/src/engines/trino/testing/start-trino.ts'
import { trinoRelease } from '../../packages/server/src/engines/trino/testing/trino-release.ts'
import type { Podman } from './podman.ts'
import { CommandFailed, runCommand } from './run-command.ts'

// Images come from registries that a machine without them can't reach. So those that deploy/ names are made here, of what
// can be had: Debian by mmdebstrap, and on it what the packages of Debian, npm and Maven give.

/** What an image is made of beside its recipe: the name by which its Containerfile copies from it, and the folder. */
type Ingredients = Readonly<Record<string, string>>

interface StandIn {
  readonly image: string
  /** Below `stand-ins/`. */
  readonly recipe: string
  readonly ingredients: () => Promise<Ingredients>
}

const base = 'localhost/debian:bookworm-slim'

/** By short names without a registry's, which the Dockerfile and the compose file say. */
const standIns = {
  node: {
    image: 'localhost/node:24-bookworm-slim',
    recipe: 'node',
    async ingredients() {
      // …/npm/bin/npm-cli.js
      const npm = await realpath(await runCommand('sh', ['-c', 'command -v npm']))
      return { ournode: dirname(await realpath(process.execPath)), npm: join(npm, '../..') }
    },
  },
  postgres: { image: 'localhost/postgres:17-bookworm', recipe: 'postgres', ingredients: async () => ({}) },
  trino: {
    image: 'localhost/trinodb/trino:476',
    recipe: 'trino',
    async ingredients() {
      const java = findJava()
      return { java, trino: await trinoRelease(java) }
    },
  },
  azurite: {
    image: 'mcr.microsoft.com/azure-storage/azurite:3.36.0',
    recipe: 'azurite',
    async ingredients() {
      const [, folder = ''] = /^(.*)\/node_modules\/azurite\//.exec(await installedAzurite()) ?? []
      return { azurite: folder }
    },
  },
} as const satisfies Readonly<Record<string, StandIn>>

/** Makes those images that are not there yet. */
export async function makeStandIns(podman: Podman, names: readonly (keyof typeof standIns)[]): Promise<void> {
  if (!(await isThere(podman, base))) await makeDebian(podman)
  for (const name of names) {
    const standIn = standIns[name]
    if (!(await isThere(podman, standIn.image))) await make(podman, standIn)
  }
}

async function isThere(podman: Podman, image: string): Promise<boolean> {
  try {
    await podman.run('image', 'exists', image)
    return true
  } catch (error) {
    if (error instanceof CommandFailed) return false
    throw error
  }
}

/** From where this machine has its own packages. */
async function makeDebian(podman: Podman): Promise<void> {
  const sources = globSync('/etc/apt/sources.list.d/debian.sources')
  const words = ['--variant=minbase', '--quiet', ...options, 'bookworm', '-', ...sources]
  const both = `set -o pipefail; mmdebstrap "$@" | podman import --quiet --change '${path}' - ${base}`
  await runCommand('bash', ['-c', both, 'bash', ...words], podman.environment)
}

const path = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const options = [
  // As the slim images have it: no manuals, no translations.
  ...['man', 'info', 'locale', 'doc'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
  // Where this machine has its packages they may be those of a day long past.
  '--aptopt=Acquire::Check-Valid-Until "false"',
]

async function make(podman: Podman, { image, recipe, ingredients }: StandIn): Promise<void> {
  // Folders are read where they are: a copy of them first would take as long as all the rest.
  const contexts = Object.entries(await ingredients()).map(([name, folder]) => `--build-context=${name}=${folder}`)
  const recipeFolder = join(import.meta.dirname, 'stand-ins', recipe)
  await podman.run('build', '--pull=never', '--network=host', ...contexts, '--tag', image, recipeFolder)
}

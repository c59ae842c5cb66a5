import { execFileSync } from 'node:child_process'
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../scale/cache-folder.ts'
import { pythonLacking } from '../scale/python-environment.ts'
import { runCommand } from './run-command.ts'

/** Podman with images, containers, volumes and networks of its own: those of whoever runs the tests are another's. */
export interface Podman {
  readonly folder: string
  /** For other programs that call podman. */
  readonly environment: NodeJS.ProcessEnv
  /** Runs one command and gives what it prints, without the last line's end. Raises CommandFailed. */
  run(...words: readonly string[]): Promise<string>
}

const probeLimitMs = 60_000

/** Why no container can run here, or null. A suite that needs one is skipped under a name that says so. */
export const podmanLacking: string | null = whyNot()

/** Opens the tests' own. Its images stay for the next time. */
export function openPodman(): Podman {
  mkdirSync(join(cacheFolder, 'containers'), { recursive: true })
  // Podman keeps these paths: by whichever link the cache is reached, they have to be the same.
  const folder = realpathSync(join(cacheFolder, 'containers'))
  const storage = ['[storage]', 'driver = "overlay"', `graphroot = "${folder}/images"`, `runroot = "${folder}/run"`]
  const containers = [
    '[engine]',
    // The one that runs on a machine with both kinds of cgroups too.
    'runtime = "runc"',
    // Neither systemd nor its journal has to be there.
    'cgroup_manager = "cgroupfs"',
    'events_logger = "file"',
    `tmp_dir = "${folder}/tmp"`,
    '[network]',
    'network_backend = "netavark"',
    `network_config_dir = "${folder}/networks"`,
    '[containers]',
    'log_driver = "k8s-file"',
    // Podman's own are higher than a machine may allow.
    'default_ulimits = ["nofile=8192:8192", "nproc=4096:4096"]',
  ]
  writeFileSync(join(folder, 'storage.conf'), `${storage.join('\n')}\n`)
  writeFileSync(join(folder, 'containers.conf'), `${containers.join('\n')}\n`)
  const environment = {
    ...process.env,
    CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    CONTAINERS_CONF: join(folder, 'containers.conf'),
  }
  return {
    folder,
    environment,
    run: (...words) => runCommand('podman', words, environment),
  }
}

function whyNot(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes Linux, and root'
  for (const program of ['podman', 'mmdebstrap']) {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' })
    } catch {
      return `${program} is not installed`
    }
  }
  // Of which podman-compose is.
  return pythonLacking ?? whyNoneRuns()
}

/** Whether this machine lets a container run at all, with a network: with one program in it, of Debian's few that need no other file. */
function whyNoneRuns(): string | null {
  const { folder, environment } = openPodman()
  const archive = join(folder, 'probe.tar')
  try {
    for (const [program, ...words] of [
      ['tar', '--create', '--file', archive, '--directory', '/sbin', 'ldconfig'],
      ['podman', 'import', '--quiet', archive, 'localhost/almanac-probe'],
      ['podman', 'run', '--rm', 'localhost/almanac-probe', '/ldconfig', '--version'],
    ] as const)
      execFileSync(program, words, { env: environment, stdio: ['ignore', 'ignore', 'pipe'], timeout: probeLimitMs })
    return null
  } catch (error) {
    return `Podman runs no container here: ${(error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, 300)}`
  }
}

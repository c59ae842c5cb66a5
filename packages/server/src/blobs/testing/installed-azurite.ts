import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../../../../../tools/scale/cache-folder.ts'

// The newest that can be installed: 3.37 asks for a package that the registry doesn't have.
const version = '3.36.0'

const run = promisify(execFile)

/** The program of Azurite, Microsoft's emulator; installed by npm into the cache on first use, 218 MB. */
export async function installedAzurite(): Promise<string> {
  const folder = join(cacheFolder, `azurite-${version}`)
  const program = join(folder, 'node_modules/azurite/dist/src/blob/main.js')
  if (existsSync(program)) return program

  // Beside it and renamed: an installation that was broken off must not look like one.
  const making = `${folder}.${process.pid}`
  await mkdir(making, { recursive: true })
  try {
    await writeFile(join(making, 'package.json'), '{ "private": true }\n')
    const npm = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `azurite@${version}`]
    // Under our own Node: under an older one npm chooses older packages.
    const environment = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` }
    await run('npm', npm, { cwd: making, env: environment, timeout: 300_000 })
    await rename(making, folder).catch((error: unknown) => {
      // Another test file was faster.
      if (!existsSync(program)) throw error
    })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return program
}

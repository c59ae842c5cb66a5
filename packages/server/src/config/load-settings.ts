import { readFile } from 'node:fs/promises'
import { readSettings, SettingsError, type SettingsInput } from './read-settings.ts'
import type { Settings } from './settings.ts'

export interface SettingsSource {
  /** Path of a YAML or JSON config file; null without one. */
  readonly configFile: string | null
  /** Settings from the command line. They win over environment and file. */
  readonly overrides: SettingsInput['overrides']
}

/** Settings of this process: command line, environment, config file, defaults. Throws a `SettingsError`, in words. */
export async function loadSettings({ configFile, overrides }: SettingsSource): Promise<Settings> {
  return readSettings({
    file: configFile === null ? null : { path: configFile, text: await readConfigFile(configFile) },
    environment: process.env,
    overrides,
    isTerminal: process.stderr.isTTY,
  })
}

async function readConfigFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new SettingsError([
      `The config file ${path} can't be read: ${absent ? 'there is no such file' : String(error)}.`,
    ])
  }
}

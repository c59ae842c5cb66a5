import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { Settings } from '../config/settings.ts'
import { demoClientsFile } from './demo-clients.ts'

/** Whether only this machine reaches a server that listens on `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/**
 * The secrets of demo clients were printed and stand in a file. A data folder that has some is not served where other
 * machines come, with `--demo` or without it. Throws in words.
 */
export function refuseDemoInPublic({ listen, dataFolder }: Settings): void {
  if (isLoopback(listen.host)) return
  const file = join(dataFolder, demoClientsFile)
  if (existsSync(file))
    throw new Error(
      `${file} says that this data folder has demo clients, whose secrets were printed, and listen.host is ${listen.host}. Use another dataFolder for a server that others reach; or listen on 127.0.0.1.`,
    )
}

import { launch, root, type AlmanacProcess } from './almanac-process.ts'

/** The JSON line that `almanac serve --demo --json` prints as soon as it listens. */
export interface DemoAnnouncement {
  readonly url: string
  readonly tenantId: string
  readonly program: string
  readonly clients: readonly { readonly account: string; readonly clientId: string; readonly clientSecret: string }[]
  readonly pid: number
}

export interface DemoProcess extends DemoAnnouncement, Pick<AlmanacProcess, 'output' | 'log' | 'stop'> {}

/** Starts `almanac serve --demo` and waits until it listens. Fails with its log if it ends before. */
export async function startDemoProcess(
  dataFolder: string,
  options: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<DemoProcess> {
  const words = ['serve', '--demo', '--port', '0', '--json', ...options]
  const launched = await launch({ program: root, words, dataFolder, environment })
  return {
    ...(JSON.parse(launched.announcement) as DemoAnnouncement),
    output: launched.output,
    get log() {
      return launched.log
    },
    stop: launched.stop,
  }
}

// The process edge: `node packages/server/src/main.ts [config file]`. The `almanac serve` command does the same with flags.
import { runServer } from './run-server.ts'

process.exitCode = await runServer({
  configFile: process.argv[2] ?? null,
  overrides: {},
  demo: null,
  announcement: 'text',
})

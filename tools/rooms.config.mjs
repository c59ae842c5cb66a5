// Who may know whom. One table; a tool reads it (`npm run rooms`), and tools/rooms.test.ts checks the tool.
//
// Packages first, then the rooms of the server. A room may always import itself.

const packages = {
  query: [],
  api: [],
  client: ['api'],
  server: ['query', 'api'],
  cli: ['client', 'server', 'query'],
}

const rooms = {
  kernel: [],
  // Puts the events of the business into words for the log.
  observe: ['kernel', 'executions', 'callbacks', 'datasets'],
  config: ['kernel'],
  datasets: ['kernel'],
  queries: ['kernel', 'datasets'],
  reports: ['kernel', 'datasets', 'queries'],
  artifacts: ['kernel'],
  callbacks: ['kernel'],
  access: ['kernel'],
  idempotency: ['kernel'],
  // Moves the clock of an emulator; hears of what happens meanwhile.
  'test-clock': ['kernel', 'executions', 'callbacks'],
  executions: ['kernel', 'datasets', 'queries', 'reports', 'artifacts', 'callbacks'],
  http: [
    'kernel',
    'observe',
    'config',
    'datasets',
    'queries',
    'reports',
    'executions',
    'artifacts',
    'callbacks',
    'access',
    'idempotency',
    'test-clock',
  ],
  // Adapters know the ports they implement, never each other or the door.
  engines: ['kernel', 'datasets'],
  stores: ['kernel', 'queries', 'reports', 'executions', 'artifacts', 'callbacks', 'access', 'idempotency'],
  blobs: ['kernel', 'artifacts'],
  // The sample data generator fills a catalog's datasets; it stands beside the engine and is used by the demo server.
  sample: ['kernel', 'datasets'],
  // Commands that look at files before a server does: a draft of a dataset from its files or its table, and a catalog held
  // against its data. They read with a DuckDB of their own and, for queries, by the engine's port.
  infer: ['kernel', 'datasets'],
  verify: ['kernel', 'datasets', 'infer'],
  // `composition/` is the composition root with `server.ts`: it may know every room. `demo/` stands above it, like
  // `run-server.ts`: it may know what it puts together.
}

const packageAt = (name) => `^packages/${name}/`
const roomAt = (name) => `^packages/server/src/${name}/`
const testFiles = '\\.(test|contract)\\.ts$|/testing/'

const packageRules = Object.entries(packages).map(([name, allowed]) => ({
  name: `package-${name}-may-import-${allowed.join('-') || 'nothing'}`,
  severity: 'error',
  from: { path: packageAt(name), pathNot: testFiles },
  to: { path: '^packages/', pathNot: [name, ...allowed].map(packageAt) },
}))

const roomRules = Object.entries(rooms).map(([name, allowed]) => ({
  name: `room-${name}-may-import-${allowed.join('-') || 'nothing'}`,
  severity: 'error',
  from: { path: roomAt(name), pathNot: testFiles },
  to: { path: '^packages/server/src/', pathNot: [name, ...allowed].map(roomAt) },
}))

export default {
  forbidden: [
    ...packageRules,
    ...roomRules,
    {
      name: 'query-and-api-are-pure',
      comment: 'The language and the contract run in a browser: nothing of Node.',
      severity: 'error',
      from: { path: '^packages/(query|api|client)/src/', pathNot: testFiles },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    // TypeScript 7 has no JavaScript API; without swc the tool would look at nothing and say that all is well.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/testdata/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
}

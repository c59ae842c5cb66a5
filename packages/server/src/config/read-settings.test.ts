import { describe, expect, test } from 'vitest'
import { readSettings, SettingsError, type SettingsInput } from './read-settings.ts'
import { environmentName, settingNames } from './setting-table.ts'

const nothing: SettingsInput = { file: null, environment: {}, overrides: {}, isTerminal: false }
const withFile = (text: string): SettingsInput => ({ ...nothing, file: { path: 'almanac.yaml', text } })

function problemsOf(input: SettingsInput): readonly string[] {
  try {
    readSettings(input)
  } catch (error) {
    if (error instanceof SettingsError) return error.problems
    throw error
  }
  return []
}

describe('readSettings', () => {
  test('starts with nothing said', () => {
    const settings = readSettings(nothing)
    expect(settings.listen).toEqual({ host: '127.0.0.1', port: 8080, trustProxy: [] })
    expect(settings).toMatchObject({ tls: null, cors: { allowedOrigins: [] } })
    expect(settings.datasetsFolder).toBe(`${settings.dataFolder}/datasets`)
    expect(settings.log.format).toBe('json')
  })

  test('the command line wins over the environment, which wins over the file', () => {
    const file = { path: 'a.yaml', text: 'listen: { port: 1, host: one }\nleaseSeconds: 5' }
    const environment = { ALMANAC_LISTEN_PORT: '2', ALMANAC_LISTEN_HOST: 'two' }
    const settings = readSettings({ file, environment, overrides: { 'listen.port': 3 }, isTerminal: true })
    expect(settings.listen).toMatchObject({ host: 'two', port: 3 })
    expect(settings.leaseSeconds).toBe(5)
    expect(settings.log.format).toBe('pretty')
  })

  test('profile partner-center brings the documented limits, and each can still be set alone', () => {
    const settings = readSettings(withFile('profile: partner-center\nlimits: { queriesPerClient: 7 }'))
    expect(settings.limits).toMatchObject({ activeReportsPerClient: 50, executeNowPerHour: 5, startLeadHours: 4 })
    expect(settings.limits.queriesPerClient).toBe(7)
    expect(settings.links.compress).toBe('always')
  })

  test('a JSON file is read as well', () => {
    expect(readSettings(withFile('{"listen": {"port": 9}}')).listen.port).toBe(9)
  })

  test('all mistakes are told together, with file and line', () => {
    expect(problemsOf(withFile('listen:\n  port: 99999\nlimits:\n  previewrows: 3\nwhatever: 1'))).toEqual([
      'almanac.yaml:4: there is no setting "limits.previewrows". Did you mean limits.previewRows? "almanac serve --help" lists them all.',
      'almanac.yaml:5: there is no setting "whatever". "almanac serve --help" lists them all.',
      'almanac.yaml:2: listen.port must be a whole number from 0 to 65535; it is 99999.',
    ])
  })

  test('a file that is no YAML is refused with the parser’s own place', () => {
    expect(problemsOf(withFile('listen: { port: 1'))[0]).toMatch(/^almanac\.yaml: .*line 1/s)
  })

  test('listening on every address without a public URL is a contradiction', () => {
    expect(problemsOf({ ...nothing, overrides: { 'listen.host': '0.0.0.0' } })[0]).toMatch(/Set publicUrl/)
  })

  test.each([
    [{ 'trino.url': 'http://trino.example.com', 'trino.passwordFile': 'p' }, /everyone could read .* Use https/],
    [{ 'trino.url': 'http://trino.example.com', 'trino.tokenFile': 't' }, /everyone could read .* Use https/],
    [{ 'trino.url': 'https://t.example', 'trino.tokenFile': 't', 'trino.passwordFile': 'p' }, /Set one of them/],
    [{ 'trino.url': 'https://t.example/v1' }, /Trino has no path/],
  ])('a Trino that %o is refused', (overrides, words) => {
    expect(problemsOf({ ...nothing, overrides })).toEqual([expect.stringMatching(words)])
  })

  test('a Trino needs its address, and nothing else', () => {
    expect(readSettings(nothing).trino).toBeNull()
    expect(readSettings({ ...nothing, environment: { ALMANAC_TRINO_URL: 'http://127.0.0.1:8080/' } }).trino).toEqual({
      url: 'http://127.0.0.1:8080',
      user: 'almanac',
      passwordFile: null,
      tokenFile: null,
    })
  })

  test.each<[unknown, number | readonly string[]]>([
    ['2', 2],
    [1, 1],
    ['10.0.0.1, 10.1.0.0/16,fd00::/8', ['10.0.0.1', '10.1.0.0/16', 'fd00::/8']],
    ['', []],
  ])('listen.trustProxy takes %j', (raw, expected) => {
    expect(readSettings({ ...nothing, overrides: { 'listen.trustProxy': raw } }).listen.trustProxy).toEqual(expected)
  })

  test.each(['0', 17, 'true', true, 'loopback', '10.0.0.0/33', '10.0.0.1/8/8', 'fd00::/129', '*'])(
    'listen.trustProxy does not take %j: nobody is trusted by a slip',
    (raw) => {
      expect(problemsOf({ ...nothing, overrides: { 'listen.trustProxy': raw } })[0]).toMatch(
        /listen\.trustProxy must be/,
      )
    },
  )

  test.each([
    '*',
    'null',
    'https://a.example/',
    'https://a.example/path',
    'a.example',
    'file:///x',
    'https://A.example',
  ])('cors.allowedOrigins does not take %s', (origin) => {
    expect(problemsOf({ ...nothing, overrides: { 'cors.allowedOrigins': [origin] } })[0]).toMatch(
      /must be a list of origins/,
    )
  })

  test('a certificate without its key is refused', () => {
    expect(problemsOf({ ...nothing, overrides: { 'tls.certFile': 'a.pem' } })).toEqual([
      'tls.certFile and tls.keyFile belong together: set both, or neither.',
    ])
    expect(readSettings({ ...nothing, overrides: { 'tls.certFile': '/a.pem', 'tls.keyFile': '/b.pem' } }).tls).toEqual({
      certFile: '/a.pem',
      keyFile: '/b.pem',
    })
  })

  test('a database for many processes, from the environment', () => {
    const url = 'postgresql://almanac:s3cret@db.example.com:5432/almanac?sslmode=verify-full'
    const { database, roles } = readSettings({
      ...nothing,
      environment: { ALMANAC_DATABASE_URL: url, ALMANAC_ROLES: 'worker, api' },
    })
    expect(database).toEqual({ url, connections: 10, waitSeconds: 60 })
    expect(roles).toEqual(['api', 'worker'])
    expect(readSettings(nothing).database).toBeNull()
    expect(readSettings(nothing).roles).toEqual(['api', 'worker', 'callbacks'])
  })

  test('an address of a database that can not be read is refused without showing its password', () => {
    const environment = { ALMANAC_DATABASE_URL: 'mysql://almanac:s3cret@db.example.com/almanac' }
    const [problem = ''] = problemsOf({ ...nothing, environment })
    expect(problem).toMatch(/^ALMANAC_DATABASE_URL: database\.url must be the address of a PostgreSQL database/)
    expect(problem).not.toContain('s3cret')
  })

  test.each([['worker'], ['api', 'callbacks']])(
    'one process does everything on a SQLite file, not %s alone',
    (...roles) => {
      expect(problemsOf({ ...nothing, overrides: { roles } })[0]).toMatch(
        /database\.url is not set: .* one process does everything/,
      )
    },
  )

  test.each(['', 'everything', 'api,jobs'])('roles does not take %j', (roles) => {
    expect(problemsOf({ ...nothing, overrides: { roles } })[0]).toMatch(
      /roles must be one or several of api, worker, callbacks/,
    )
  })

  test('a clock that is moved and a database that others share exclude each other', () => {
    const overrides = { 'clock.movable': true, 'database.url': 'postgresql://db/almanac' }
    expect(problemsOf({ ...nothing, overrides })[0]).toMatch(/clock\.movable and database\.url are both set/)
  })

  test('an environment variable with a bad value is named', () => {
    expect(problemsOf({ ...nothing, environment: { ALMANAC_PROFILE: 'Open' } })).toEqual([
      'ALMANAC_PROFILE: profile must be one of open, partner-center; it is "Open".',
    ])
  })

  test('every setting has an environment variable of its own', () => {
    const names = settingNames.map(environmentName)
    expect(new Set(names).size).toBe(settingNames.length)
    expect(environmentName('limits.previewRows')).toBe('ALMANAC_LIMITS_PREVIEW_ROWS')
    expect(environmentName('limits.maximumIntervalHoursV1')).toBe('ALMANAC_LIMITS_MAXIMUM_INTERVAL_HOURS_V1')
    expect(environmentName('engine.memoryLimitMiB')).toBe('ALMANAC_ENGINE_MEMORY_LIMIT_MIB')
  })
})

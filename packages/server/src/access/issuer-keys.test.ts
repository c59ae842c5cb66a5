import { expect, test } from 'vitest'
import { isAppError } from '../kernel/app-error.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import { hourMs, secondMs } from '../kernel/hours.ts'
import { createDocumentFetcher } from './fetch-document.ts'
import { askAgainAfterMs, createIssuerKeys } from './issuer-keys.ts'
import { makeKey, startTestIssuer } from './testing/test-issuer.ts'

// How an issuer's keys are had, and what an issuer that is down, slow or hostile costs.

async function open() {
  const issuer = await startTestIssuer()
  const clock = createFakeClock(Date.UTC(2026, 2, 2, 12))
  const failures: string[] = []
  const stopping = new AbortController()
  const keys = createIssuerKeys({
    issuer: { issuer: issuer.url, discoveryUrl: issuer.discoveryUrl },
    fetchDocument: createDocumentFetcher(stopping.signal),
    machineClock: clock,
    onFailure: (error) => failures.push(error instanceof Error ? error.message : String(error)),
  })
  const find = async (kid: string): Promise<string> => {
    try {
      await keys.find({ alg: 'RS256', kid }, { payload: '', signature: '' })
      return 'found'
    } catch (error) {
      return isAppError(error, 'issuer_unavailable') ? 'unavailable' : 'no such key'
    }
  }
  const keySetRequests = () => issuer.asked.filter((path) => path === '/keys').length
  return { issuer, clock, failures, keys, find, keySetRequests, stopping }
}

test('keys are asked for once, however many tokens come at once, and again after an hour', async () => {
  const { clock, find, keySetRequests, keys } = await open()
  expect(await Promise.all(Array.from({ length: 50 }, () => find('key-1')))).toEqual(Array(50).fill('found'))
  expect(keySetRequests()).toBe(1)
  await clock.advance(hourMs - 1)
  await find('key-1')
  expect(keySetRequests()).toBe(1)
  await clock.advance(1)
  // Answered by what is known; the question goes on in the background.
  expect(await find('key-1')).toBe('found')
  await keys.ask()
  expect(keySetRequests()).toBe(2)
})

test('a key that the issuer has just begun to use is found without a restart', async () => {
  const { issuer, clock, find, keySetRequests } = await open()
  await find('key-1')
  await issuer.rotate()
  await clock.advance(askAgainAfterMs)
  expect(await find('key-2')).toBe('found')
  expect(await find('key-1')).toBe('no such key')
  expect(keySetRequests()).toBe(2)
})

test('made-up key ids reach the issuer once in ten seconds, whatever number of them comes', async () => {
  const { issuer, clock, find, keySetRequests } = await open()
  await find('key-1')
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => find(`forged-${round}-${index}`)))
    expect(new Set(answers)).toEqual(new Set(['no such key']))
    await clock.advance(askAgainAfterMs)
  }
  // The first round came within ten seconds of the question before.
  expect(keySetRequests()).toBe(5)
  await issuer.rotate()
  // A new key is known when the pause is over, also while somebody keeps asking for others.
  await find('forged')
  expect(await find('key-2')).toBe('found')
})

test('while the issuer is down, the last keys stay in force, and it is asked once in ten seconds', async () => {
  const { issuer, clock, failures, find, keySetRequests, keys } = await open()
  await find('key-1')
  issuer.answer = (_path, reply) => {
    reply.writeHead(503).end()
    return true
  }
  await clock.advance(72 * hourMs)
  for (let count = 0; count < 20; count += 1) expect(await find('key-1')).toBe('found')
  expect(await find('key-2')).toBe('no such key')
  expect(failures).toEqual([`${issuer.discoveryUrl} answers 503`])
  expect(keySetRequests()).toBe(1)
  issuer.answer = null
  await issuer.rotate()
  await keys.ask()
  expect(await find('key-2')).toBe('found')
})

test('an issuer that was never reached makes no token wrong: nobody can tell', async () => {
  const { issuer, clock, find } = await open()
  issuer.answer = (_path, reply) => {
    reply.destroy()
    return true
  }
  expect(await find('key-1')).toBe('unavailable')
  issuer.answer = null
  expect(await find('key-1')).toBe('unavailable')
  await clock.advance(askAgainAfterMs)
  expect(await find('key-1')).toBe('found')
})

test('an issuer that stays down is told of once an hour, however often strangers make us ask it', async () => {
  const { issuer, clock, failures, find } = await open()
  issuer.answer = (_path, reply) => {
    reply.writeHead(503).end()
    return true
  }
  const asked: number[] = []
  for (let at = 0; at < 2 * hourMs; at += askAgainAfterMs) {
    expect(await find('key-1')).toBe('unavailable')
    asked.push(failures.length)
    await clock.advance(askAgainAfterMs)
  }
  expect(issuer.asked).toHaveLength(asked.length)
  expect(failures).toHaveLength(2)
  // That it was there in between is worth another line.
  issuer.answer = null
  expect(await find('key-1')).toBe('found')
  issuer.answer = (_path, reply) => {
    reply.writeHead(500).end()
    return true
  }
  await clock.advance(askAgainAfterMs)
  await find('key-2')
  expect(failures.at(-1)).toMatch(/answers 500/)
})

test('a clock that is turned back does not keep us from asking', async () => {
  const { issuer, clock, find } = await open()
  await find('key-1')
  await issuer.rotate()
  clock.jump(clock.now() - 30 * hourMs)
  expect(await find('key-2')).toBe('found')
})

test.each<[string, (issuer: Awaited<ReturnType<typeof startTestIssuer>>) => void, RegExp]>([
  [
    'is of another issuer',
    (issuer) => {
      issuer.discovery = { ...issuer.discovery, issuer: 'https://evil.example' }
    },
    /is of the issuer "https:\/\/evil\.example", not/,
  ],
  [
    'is of the same issuer with a slash more',
    (issuer) => {
      issuer.discovery = { ...issuer.discovery, issuer: `${issuer.url}/` }
    },
    /is of the issuer/,
  ],
  [
    'names keys that come by http from elsewhere',
    (issuer) => {
      issuer.discovery = { ...issuer.discovery, jwks_uri: 'http://keys.example.com/' }
    },
    /no jwks_uri of https/,
  ],
  [
    'names a file for its keys',
    (issuer) => {
      issuer.discovery = { ...issuer.discovery, jwks_uri: 'file:///etc/passwd' }
    },
    /no jwks_uri of https/,
  ],
  [
    'is a list',
    (issuer) => {
      issuer.discovery = [] as unknown as TestDiscovery
    },
    /no discovery document/,
  ],
  [
    'leads to an empty key set',
    (issuer) => {
      issuer.keySet = { keys: [] }
    },
    /no key that could be used/,
  ],
  [
    'leads to a key set that is none',
    (issuer) => {
      issuer.keySet = { keys: 'all' } as unknown as { keys: object[] }
    },
    /no key that could be used/,
  ],
  [
    'is a redirect',
    (issuer) => {
      issuer.answer = (path, reply) => {
        if (path === '/keys') return false
        reply.writeHead(302, { location: `${issuer.url}/elsewhere` }).end()
        return true
      }
    },
    /answers 302/,
  ],
  [
    'is no JSON',
    (issuer) => {
      issuer.answer = (_path, reply) => {
        reply.end('<html>')
        return true
      }
    },
    /is no JSON/,
  ],
  [
    'has no end',
    (issuer) => {
      issuer.answer = (_path, reply) => {
        const more = (): void => {
          while (!reply.destroyed && reply.write(' '.repeat(65_536)));
        }
        reply.on('drain', more)
        more()
        return true
      }
    },
    /has more than 524288 bytes/,
  ],
])('a discovery document that %s gives no keys, and the log says why', async (_case, change, reason) => {
  const { issuer, find, failures } = await open()
  change(issuer)
  expect(await find('key-1')).toBe('unavailable')
  expect(failures).toEqual([expect.stringMatching(reason)])
})

test('an issuer elsewhere does not have us ask what listens on this machine for its keys', async () => {
  const elsewhere = { issuer: 'https://id.example.com', discoveryUrl: 'https://id.example.com/discovery' }
  const asked: string[] = []
  const failures: string[] = []
  const keys = createIssuerKeys({
    issuer: elsewhere,
    fetchDocument: async (url) => {
      asked.push(url)
      return { issuer: elsewhere.issuer, jwks_uri: 'http://127.0.0.1:9200/_search', keys: [] }
    },
    machineClock: createFakeClock(Date.UTC(2026, 2, 2, 12)),
    onFailure: (error) => failures.push(error instanceof Error ? error.message : String(error)),
  })
  await keys.ask()
  expect(asked).toEqual([elsewhere.discoveryUrl])
  expect(failures).toEqual([`${elsewhere.discoveryUrl} names no jwks_uri of https`])
})

type TestDiscovery = Awaited<ReturnType<typeof startTestIssuer>>['discovery']

test('an issuer that does not answer is left when the server stops, and keeps nobody waiting for keys that are known', async () => {
  const { issuer, clock, find, failures, keys, stopping } = await open()
  await find('key-1')
  const arrived = Promise.withResolvers<void>()
  issuer.answer = () => {
    arrived.resolve()
    return true
  }
  await clock.advance(hourMs)
  expect(await find('key-1')).toBe('found')
  await arrived.promise
  expect(await find('key-1')).toBe('found')
  const asking = keys.ask()
  stopping.abort()
  await asking
  expect(failures).toEqual([`${issuer.discoveryUrl} can't be reached`])
})

test('a key of another kind than the header says is not used', async () => {
  const { issuer, clock, keys } = await open()
  const ec = await makeKey('ec', 'ES256')
  issuer.keySet = { keys: [ec.publicJwk] }
  await clock.advance(secondMs)
  await expect(keys.find({ alg: 'RS256', kid: 'ec' }, { payload: '', signature: '' })).rejects.toThrow(
    'no applicable key found in the JSON Web Key Set',
  )
  await expect(keys.find({ alg: 'ES256', kid: 'ec' }, { payload: '', signature: '' })).resolves.toMatchObject({
    key: { type: 'public' },
  })
})

import { describe, expect, test } from 'vitest'
import { createAddressGuard, isPublicAddress } from './guard-address.ts'

describe('addresses of the public internet', () => {
  test.each([
    '8.8.8.8',
    '20.190.128.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '::ffff:8.8.8.8',
  ])('%s may be reached', (address) => expect(isPublicAddress(address)).toBe(true))
})

describe('addresses that a partner must not reach through us', () => {
  test.each([
    ['loopback', '127.0.0.1'],
    ['loopback, all of it', '127.255.255.254'],
    ['unspecified, which connects to this machine', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['cloud metadata, link-local', '169.254.169.254'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['carrier-grade NAT', '100.127.255.255'],
    ['metadata of another cloud', '100.100.100.200'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['protocol assignments', '192.0.0.192'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['benchmarks', '198.18.0.1'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unspecified', '::'],
    ['IPv6 link-local', 'fe80::1'],
    ['IPv6 link-local with a zone', 'fe80::1%eth0'],
    ['IPv6 unique local', 'fd00:ec2::254'],
    ['IPv6 unique local', 'fc00::1'],
    ['IPv6 site local, long given up', 'fec0::1'],
    ['IPv6 multicast', 'ff02::1'],
    ['IPv6 documentation', '2001:db8::1'],
    ['IPv6 discard', '100::1'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped private, in hexadecimal', '::ffff:a00:1'],
    ['IPv4-compatible', '::10.0.0.1'],
    ['IPv4-translated', '::ffff:0:10.0.0.1'],
    ['NAT64 of metadata', '64:ff9b::169.254.169.254'],
    ['NAT64 of a public address: the translator decides, not we', '64:ff9b::8.8.8.8'],
    ['local NAT64', '64:ff9b:1::a00:1'],
    ['6to4 of a private address', '2002:a00:1::'],
    ['Teredo', '2001:0:a00:1::'],
    ['ORCHID', '2001:20::1'],
    ['segments of a routed network', '5f00::1'],
    ['not given out to anyone', '4000::1'],
    ['a short form', '127.1'],
    ['decimal', '2130706433'],
    ['hexadecimal', '0x7f000001'],
    ['octal', '0177.0.0.1'],
    ['no address at all', 'partner.example'],
    ['nothing', ''],
  ])('%s: %s', (_, address) => expect(isPublicAddress(address)).toBe(false))
})

describe('what the operator allows beside them', () => {
  const guard = createAddressGuard(['Hooks.Internal', '10.1.0.0/16', '192.168.7.9', 'fd12::/16'])

  test.each([
    ['a name, whatever it resolves to', 'hooks.internal', '10.9.9.9'],
    ['the name in other letters and with its final dot', 'HOOKS.internal.', '127.0.0.1'],
    ['a block', 'elsewhere.example', '10.1.200.3'],
    ['a block, in its mapped form', 'elsewhere.example', '::ffff:10.1.200.3'],
    ['one address', '192.168.7.9', '192.168.7.9'],
    ['a block of IPv6', '[fd12::1]', 'fd12::1'],
    ['what is public anyway', 'partner.example', '8.8.8.8'],
  ])('%s', (_, host, address) => expect(guard.mayConnect(host, address)).toBe(true))

  test.each([
    ['another name', 'nothooks.internal', '10.9.9.9'],
    ['a name below an allowed one', 'a.hooks.internal', '10.9.9.9'],
    ['an address beside the block', 'elsewhere.example', '10.2.0.1'],
    ['an address beside the one', '192.168.7.8', '192.168.7.8'],
    ['IPv6 outside of its block', '[fd13::1]', 'fd13::1'],
  ])('but not %s', (_, host, address) => expect(guard.mayConnect(host, address)).toBe(false))

  test('nothing, when nothing is listed', () => {
    expect(createAddressGuard([]).mayConnect('localhost', '127.0.0.1')).toBe(false)
  })

  test.each(['10.0.0.0/33', '10.0.0/8', 'not a host', 'host/path', ''])('the entry %j is refused in words', (entry) => {
    expect(() => createAddressGuard([entry])).toThrow(/is no (CIDR block|host name)/)
  })
})

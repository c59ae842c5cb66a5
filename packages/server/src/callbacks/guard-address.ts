import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Block = [Address, number]

/** Says where a callback may go. */
export interface AddressGuard {
  /** Whether a request for `host` (a name or a literal address, as a URL has it) may connect to the IP `address`. */
  mayConnect(host: string, address: string): boolean
}

// IANA gives out global IPv6 addresses from this block only. Whatever lies outside is something else, or will be:
// IPv4-compatible, NAT64 of either prefix, unique local, site local, link local.
const globalIpv6 = ipaddr.parseCIDR('2000::/3')

/**
 * A guard that lets callbacks reach public addresses, and beside those what the operator lists: host names, IP
 * addresses, or CIDR blocks. Throws an `Error` in words for an entry that is none of these.
 */
export function createAddressGuard(allowedHosts: readonly string[]): AddressGuard {
  const names = new Set<string>()
  const blocks: Block[] = []
  for (const entry of allowedHosts) {
    const block = blockOf(entry)
    if (block === undefined) names.add(canonicalName(entry))
    else blocks.push(block)
  }
  return {
    mayConnect(host, address) {
      if (isPublicAddress(address)) return true
      if (names.has(canonicalName(host))) return true
      const parsed = parse(address)
      return parsed !== undefined && blocks.some((block) => isWithin(parsed, block))
    },
  }
}

/**
 * Whether an IP address is one of the public internet. All that can name a neighbour of this server is not: loopback,
 * private, link-local (cloud metadata lives there), carrier-grade NAT, multicast, reserved, and IPv6 forms that carry
 * an IPv4 address inside (mapped, NAT64, 6to4, Teredo), since a translator on the way would unpack it.
 */
export function isPublicAddress(text: string): boolean {
  const address = parse(text)
  if (address === undefined || address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || isWithin(address, globalIpv6)
}

/** The address, an IPv4-mapped one as the IPv4 address that it is. Brackets of a URL are dropped. */
function parse(text: string): Address | undefined {
  const bare = text.replace(/^\[(?<inside>.*)\]$/, '$<inside>')
  // Only four full decimal parts: `127.1` and `0x7f000001` are for `URL`, which has made them plain before we see them.
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return undefined
  return ipaddr.process(bare)
}

function isWithin(address: Address, [network, bits]: Block): boolean {
  // `match` throws on a mixed pair.
  return address.kind() === network.kind() && address.match(network, bits)
}

function blockOf(entry: string): Block | undefined {
  if (entry.includes('/')) {
    const valid = ipaddr.IPv4.isValidCIDRFourPartDecimal(entry) || ipaddr.IPv6.isValidCIDR(entry)
    if (!valid) throw new Error(`'${entry}' is no CIDR block such as 10.0.0.0/8`)
    return ipaddr.parseCIDR(entry)
  }
  const address = parse(entry)
  return address && [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** As `URL` writes a host name; without the dot that may end a full one. */
function canonicalName(host: string): string {
  const url = URL.parse(`http://${host}`)
  if (url === null || url.host === '' || url.pathname !== '/') throw new Error(`'${host}' is no host name`)
  return url.hostname.replace(/\.$/, '')
}

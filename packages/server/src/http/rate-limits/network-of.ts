import { isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Whose address it is, as limits and links count it: an IPv4 address (also when it comes mapped into IPv6), or the /64
 * of an IPv6 address. A household or a server has a /64 to itself and may use another address of it for each request.
 * What is no address (a socket of the file system, or what a proxy passed on unread) counts as one caller: whoever can
 * make texts up would otherwise be a new caller each time.
 */
export function networkOf(address: string): string {
  // Node takes the usual spelling alone, which is the one that is given back below; asking it costs a hundredth.
  if (isIPv4(address)) return address
  if (!ipaddr.isValid(address)) return 'unknown'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const network = parsed.toByteArray().map((byte, index) => (index < 8 ? byte : 0))
  return `${ipaddr.fromByteArray(network).toString()}/64`
}

import type { Settings } from '../config/settings.ts'

/**
 * Which of the addresses that a request names on its way are believed, as the framework wants to know it. None unless
 * the setting says so: anybody can write an X-Forwarded-For. A number of proxies is a function of ours, since the
 * framework trusts nobody by a number: it can't know that nobody but the proxies reaches the port, and the operator does.
 */
export function trustedProxies(
  trustProxy: Settings['listen']['trustProxy'],
): false | string[] | ((address: string, hop: number) => boolean) {
  if (typeof trustProxy === 'number') return (_address, hop) => hop < trustProxy
  return trustProxy.length === 0 ? false : [...trustProxy]
}

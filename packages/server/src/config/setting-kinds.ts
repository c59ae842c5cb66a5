import { isIP } from 'node:net'

/** How one setting is read from text (environment, command line) or from a config file's value. */
export interface SettingKind<Value> {
  /** What a value looks like, for the help: `number 1–65535`, `open | partner-center`. */
  readonly form: string
  /** Returns the value, or throws a `SettingProblem` that says what is wrong with it. */
  read(raw: unknown): Value
  /** Whether a value must not be shown, not even a wrong one. */
  readonly isSecret?: boolean
}

/** A value that can't be used; the sentence is completed with the setting's name. */
export class SettingProblem extends Error {
  override readonly name = 'SettingProblem'
}

export const text: SettingKind<string> = {
  form: 'text',
  read(raw) {
    if (typeof raw !== 'string' || raw.trim() === '') throw new SettingProblem('must be a text that is not empty')
    return raw.trim()
  },
}

/** An absolute http(s) URL without a trailing slash. */
export const url: SettingKind<string> = {
  form: 'http(s) URL',
  read(raw) {
    const parsed = typeof raw === 'string' ? URL.parse(raw.trim()) : null
    if (parsed === null || !['http:', 'https:'].includes(parsed.protocol) || parsed.search !== '' || parsed.hash !== '')
      throw new SettingProblem(
        'must be an absolute http or https URL without query, such as https://reports.example.com',
      )
    return parsed.href.replace(/\/+$/, '')
  },
}

export function integer(minimum: number, maximum: number): SettingKind<number> {
  return {
    form: `number ${minimum}–${maximum}`,
    read(raw) {
      const value = typeof raw === 'string' && /^\s*-?\d+\s*$/.test(raw) ? Number(raw) : raw
      if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum)
        throw new SettingProblem(`must be a whole number from ${minimum} to ${maximum}`)
      return value
    },
  }
}

export function choice<const Options extends readonly string[]>(...options: Options): SettingKind<Options[number]> {
  return {
    form: options.join(' | '),
    read(raw) {
      const found = options.find((option) => option === raw)
      if (found === undefined) throw new SettingProblem(`must be one of ${options.join(', ')}`)
      return found
    },
  }
}

/** Some of a few words: a list in a file, or text with commas. */
export function choices<const Options extends readonly string[]>(
  ...options: Options
): SettingKind<readonly Options[number][]> {
  return {
    form: `list of ${options.join(', ')}`,
    read(raw) {
      const named = list.read(raw)
      const chosen = options.filter((option) => named.includes(option))
      if (chosen.length === 0 || named.some((name) => !options.some((option) => option === name)))
        throw new SettingProblem(`must be one or several of ${options.join(', ')}`)
      return chosen
    },
  }
}

/** The address of a PostgreSQL database. What is said of one that can't be read must not show its password. */
export const databaseUrl: SettingKind<string> = {
  form: 'postgresql:// URL',
  isSecret: true,
  read(raw) {
    const parsed = typeof raw === 'string' ? URL.parse(raw.trim()) : null
    if (parsed === null || !['postgresql:', 'postgres:'].includes(parsed.protocol) || parsed.pathname.length < 2)
      throw new SettingProblem(
        'must be the address of a PostgreSQL database, such as postgresql://almanac:password@db.example.com:5432/almanac',
      )
    return String(raw).trim()
  },
}

/** A list in a file, or text with commas. */
export const list: SettingKind<readonly string[]> = {
  form: 'list',
  read(raw) {
    const items = typeof raw === 'string' ? raw.split(',') : raw
    if (!Array.isArray(items) || items.some((item) => typeof item !== 'string'))
      throw new SettingProblem('must be a list of texts (in the environment: separated by commas)')
    return items.map((item: string) => item.trim()).filter((item) => item !== '')
  },
}

/** Whom to believe about where a request came from: how many proxies, or their addresses. */
export const proxies: SettingKind<number | readonly string[]> = {
  form: 'number 1–16, or list of addresses and CIDR blocks',
  read(raw) {
    const hops = typeof raw === 'string' && /^\s*\d+\s*$/.test(raw) ? Number(raw) : raw
    if (typeof hops === 'number') {
      if (Number.isInteger(hops) && hops >= 1 && hops <= 16) return hops
      throw new SettingProblem('must be a number of proxies from 1 to 16, or a list of their addresses')
    }
    const addresses = list.read(raw)
    const wrong = addresses.find((address) => !isAddressBlock(address))
    if (wrong !== undefined)
      throw new SettingProblem(
        `must be a number of proxies, or a list of addresses and CIDR blocks such as 10.1.0.0/16; ${JSON.stringify(wrong)} is neither`,
      )
    return addresses
  },
}

function isAddressBlock(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return more.length === 0 && (bits === undefined ? most > 0 : /^\d{1,3}$/.test(bits) && Number(bits) <= most)
}

/** Origins as a browser names them: `https://console.example.com`, without a path. */
export const origins: SettingKind<readonly string[]> = {
  form: 'list of origins',
  read(raw) {
    const names = list.read(raw)
    const wrong = names.find((name) => !/^https?:/.test(name) || URL.parse(name)?.origin !== name)
    if (wrong !== undefined)
      throw new SettingProblem(
        `must be a list of origins such as https://console.example.com, without a path or a final slash; ${JSON.stringify(wrong)} is none`,
      )
    return names
  },
}

export const yesNo: SettingKind<boolean> = {
  form: 'true | false',
  read(raw) {
    if (raw === true || raw === 'true') return true
    if (raw === false || raw === 'false') return false
    throw new SettingProblem('must be true or false')
  },
}

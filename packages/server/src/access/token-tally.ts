import type { AuditEntry } from '../kernel/audit-entry.ts'
import { serverItself } from '../kernel/audit-entry.ts'
import type { Clock } from '../kernel/clock.ts'
import { minuteMs, toWireTime } from '../kernel/hours.ts'
import type { AuditLog } from './audit-log.ts'
import type { ClientStore } from './client-store.ts'
import type { OAuthErrorCode } from './oauth-error.ts'

/** Counts tokens that are issued and refused, for the audit log: a line for each of them would be most of the log. */
export interface TokenTally {
  issued(clientId: string, network: string): void
  /** `clientId` null: nobody we know. What a stranger calls itself is not noted: people put secrets there. */
  refused(clientId: string | null, code: OAuthErrorCode, network: string): void
}

export interface TokenTallyDeps {
  readonly audit: Pick<AuditLog, 'append'>
  readonly clients: Pick<ClientStore, 'findClient'>
  readonly clock: Clock
  /** What waits when the server sleeps: the machine's, where `clock` can be moved. */
  readonly machineClock: Clock
  readonly onError: (error: unknown) => void
}

export interface RunningTokenTally extends TokenTally {
  /** Resolves when the last counts have been written, after the signal. Never rejects. */
  readonly stopped: Promise<void>
}

const writeEveryMs = 5 * minuteMs
// Both are chosen by whoever asks: the counts go on, the names end here.
const mostClients = 1_000
const mostNetworks = 5
const nobody = 'unknown'

interface Count {
  readonly action: 'tokens.issued' | 'tokens.refused'
  readonly clientId: string
  readonly firstAt: number
  lastAt: number
  total: number
  readonly networks: Set<string>
  readonly reasons: Map<OAuthErrorCode, number>
}

/** Writes the counts of each client to the audit log every five minutes, and what is left when `signal` aborts. */
export function startTokenTally(deps: TokenTallyDeps, signal: AbortSignal): RunningTokenTally {
  const { clock, machineClock } = deps
  let counts = new Map<string, Count>()

  function count(action: Count['action'], clientId: string, network: string): Count {
    const known = counts.get(`${action} ${clientId}`)
    const name = known === undefined && counts.size >= mostClients ? nobody : clientId
    const key = `${action} ${name}`
    const now = clock.now()
    const found: Count = counts.get(key) ?? {
      action,
      clientId: name,
      firstAt: now,
      lastAt: now,
      total: 0,
      networks: new Set(),
      reasons: new Map(),
    }
    counts.set(key, found)
    found.total += 1
    found.lastAt = now
    if (found.networks.size < mostNetworks) found.networks.add(network)
    return found
  }

  async function write(): Promise<void> {
    if (counts.size === 0) return
    const due = counts
    counts = new Map()
    try {
      await deps.audit.append(...(await Promise.all([...due.values()].map((each) => entryOf(deps, each)))))
    } catch (error) {
      deps.onError(error)
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await machineClock.waitUntil(machineClock.now() + writeEveryMs, signal)
      await write()
    }
  }

  return {
    issued: (clientId, network) => void count('tokens.issued', clientId, network),
    refused(clientId, code, network) {
      const { reasons } = count('tokens.refused', clientId ?? nobody, network)
      reasons.set(code, (reasons.get(code) ?? 0) + 1)
    },
    stopped: run(),
  }
}

async function entryOf({ clients, clock }: TokenTallyDeps, count: Count): Promise<AuditEntry> {
  const { action, clientId, firstAt, lastAt, total, networks, reasons } = count
  const client = await clients.findClient(clientId)
  return {
    ...serverItself,
    at: clock.now(),
    action,
    objectId: clientId,
    accountId: client?.accountId ?? null,
    detail: {
      count: total,
      first: toWireTime(firstAt),
      last: toWireTime(lastAt),
      // The first few of them.
      networks: [...networks],
      ...(reasons.size > 0 && { reasons: [...reasons].map(([code, times]) => `${code} ${times}`) }),
    },
  }
}

import { afterEach, beforeEach } from 'vitest'
import type { Stores } from '../stores.ts'

/** An empty database for one test. */
export interface TestDatabase {
  /** Connects to it; each call is a connection of its own, as another server has it. */
  connect(): Promise<Stores>
  /** Removes it. All connections are closed by then. */
  remove(): Promise<void>
}

/** Makes an empty database. What a contract of a store is run on. */
export type MakeTestDatabase = () => Promise<TestDatabase>

export interface ConnectedStores {
  /** The stores of the test that runs. */
  readonly stores: Stores
  /** The same database over a second connection. */
  connectAgain(): Promise<Stores>
}

/** Gives each test of the surrounding `describe` an empty database and closes it afterwards. */
export function useTestDatabase(make: MakeTestDatabase): ConnectedStores {
  let database: TestDatabase
  let connections: Stores[] = []

  async function connect(): Promise<Stores> {
    const stores = await database.connect()
    connections.push(stores)
    return stores
  }

  beforeEach(async () => {
    database = await make()
    await connect()
  })

  afterEach(async () => {
    for (const connection of connections) await connection.close()
    connections = []
    await database.remove()
  })

  return {
    get stores() {
      const [first] = connections
      if (first === undefined) throw new Error('stores are there while a test runs')
      return first
    },
    connectAgain: connect,
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient, type AlmanacClient } from '@almanac/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { walkThrough, type Walkthrough } from '../../e2e/testing/document.ts'

// The steps of the README are done, then each query is asked of the server that they started. What it should answer is
// worked out here from the published files, with nothing of Almanac or DuckDB.

const here = import.meta.dirname
const published = join(dirname(fileURLToPath(import.meta.resolve('vega-datasets'))), '../data')

type Row = Readonly<Record<string, unknown>>

function json(file: string): unknown {
  return JSON.parse(readFileSync(join(published, file), 'utf8'))
}

/** The rows of a CSV file as texts; `null` where there is nothing. */
function csv(file: string): readonly Readonly<Record<string, string | null>>[] {
  const lines = readFileSync(join(published, file), 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '')
  const fields = (line: string): readonly string[] =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    )
  const header = fields(lines[0] ?? '')
  return lines.slice(1).map((line) => {
    const values = fields(line)
    return Object.fromEntries(
      header.map((name, index) => [name, values[index] === '' ? null : (values[index] ?? null)]),
    )
  })
}

interface Flight {
  readonly date: string
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

const flights = json('flights-20k.json') as readonly Flight[]
const weather = csv('weather.csv').map(({ location, date, precipitation, temp_max, temp_min, weather: kind }) => ({
  location,
  date,
  precipitation: Number(precipitation),
  tempMax: Number(temp_max),
  tempMin: Number(temp_min),
  kind,
}))
const movies = json('movies.json') as readonly Row[]
const cars = json('cars.json') as readonly Row[]
const gapminder = json('gapminder.json') as readonly Row[]
const employment = csv('us-employment.csv')
const stocks = csv('stocks.csv')
const birdstrikes = csv('birdstrikes.csv')
const { features } = json('earthquakes.json') as { readonly features: readonly Quake[] }

interface Quake {
  readonly id: string
  readonly properties: { readonly time: number; readonly mag: number; readonly tsunami: 0 | 1 }
  readonly geometry: { readonly coordinates: readonly [number, number, number] }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const numbersOf = (rows: readonly Row[], name: string): readonly number[] =>
  rows.map((row) => row[name]).filter((value) => typeof value === 'number')
const grouped = <Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): readonly (readonly [Key, Item[]])[] => [...Map.groupBy(items, keyOf)]
/** By code unit, `null` last. */
const compare = (a: unknown, b: unknown): number => {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return (a as string) < (b as string) ? -1 : 1
}
const by =
  <Item>(...keys: readonly ((item: Item) => unknown)[]) =>
  (a: Item, b: Item): number =>
    keys.map((key) => compare(key(a), key(b))).find((order) => order !== 0) ?? 0
const day = (text: string): string => {
  const at = new Date(`${text} UTC`)
  return at.toISOString().slice(0, 10)
}

function myDestinations(airport: string): readonly (readonly unknown[])[] {
  return grouped(
    flights.filter(({ origin }) => origin === airport),
    ({ destination }) => destination,
  )
    .map(([destination, mine]) => {
      const delays = mine.map(({ delay }) => delay)
      return [destination, mine.length, sum(delays) / mine.length, Math.max(...delays)] as const
    })
    .sort(
      by(
        ([, count]) => -count,
        ([destination]) => destination,
      ),
    )
    .slice(0, 5)
}

function myWeather(city: string): readonly (readonly unknown[])[] {
  return grouped(
    weather.filter(({ location }) => location === city),
    ({ kind }) => kind,
  )
    .map(([kind, days]) => {
      const span = sum(days.map(({ tempMax }) => tempMax)) - sum(days.map(({ tempMin }) => tempMin))
      return [kind, days.length, sum(days.map(({ precipitation }) => precipitation)), span / days.length] as const
    })
    .sort(by(([kind]) => kind))
}

function myFrost(city: string): readonly (readonly unknown[])[] {
  return weather
    .filter(({ location, tempMax }) => location === city && tempMax < 1)
    .map(({ date, tempMin, tempMax }) => [date, tempMin, tempMax] as const)
    .sort(by(([date]) => date))
}

/** For each query file: who asks, and the rows that must come, as lists in the order of the query. */
const expectations: Readonly<
  Record<string, readonly { readonly account: string; readonly rows: readonly (readonly unknown[])[] }[]>
> = {
  'airports-by-delay': everyone(
    grouped(flights, ({ origin }) => origin)
      .filter(([, mine]) => mine.length > 400)
      .map(([origin, mine]) => {
        const delay = sum(mine.map((flight) => flight.delay))
        const miles = sum(mine.map((flight) => flight.distance))
        return [origin, mine.length, delay / mine.length, (100 * delay) / miles] as const
      })
      .sort(by(([, , delay]) => -delay))
      .slice(0, 10),
  ),
  'very-late-flights': everyone(
    flights
      .filter(({ delay }) => delay >= 240)
      .sort(
        by(
          ({ delay }) => -delay,
          ({ date }) => date,
        ),
      )
      .slice(0, 50)
      .map(({ date, origin, destination, delay }) => [
        `${date.replaceAll('/', '-').replace(' ', 'T')}:00Z`,
        origin,
        destination,
        delay,
      ]),
  ),
  'long-routes': everyone(
    grouped(
      flights.filter(({ distance, origin }) => distance > 2600 && origin !== 'SFO' && origin !== 'LAX'),
      ({ origin, destination }) => `${origin} ${destination}`,
    )
      .map(([route]) => route.split(' '))
      .sort(
        by(
          ([origin]) => origin,
          ([, destination]) => destination,
        ),
      ),
  ),
  'my-destinations': ['SEA', 'ATL'].map((account) => ({ account, rows: myDestinations(account) })),
  'my-weather': ['Seattle', 'New York'].map((account) => ({ account, rows: myWeather(account) })),
  'my-frost': ['Seattle', 'New York'].map((account) => ({ account, rows: myFrost(account) })),
  'films-by-genre': everyone(
    grouped(
      movies.filter((film) => Number(film['Worldwide Gross']) > 0 && Number(film['Production Budget']) > 0),
      (film) => film['Major Genre'],
    )
      .map(([genre, films]) => {
        const ratings = numbersOf(films, 'IMDB Rating')
        const earned = sum(numbersOf(films, 'Worldwide Gross')) / sum(numbersOf(films, 'Production Budget'))
        return [genre, films.length, ratings.length, earned, Math.max(...ratings)] as const
      })
      .sort(by(([genre]) => genre)),
  ),
  'star-films': everyone(
    movies
      .filter((film) => /star/i.test(String(film['Title'])) && Number(film['IMDB Votes']) > 10_000)
      .map((film) => [film['Title'], day(String(film['Release Date'])), film['IMDB Rating']] as const)
      .sort(by(([, released]) => released)),
  ),
  'thrifty-cars': everyone(
    cars
      .filter((car) => Number(car['Miles_per_Gallon']) >= 40)
      .map((car) => [car['Name'], car['Year'], Number(car['Miles_per_Gallon'])] as const)
      .sort(
        by(
          ([, , miles]) => -miles,
          ([name]) => name,
        ),
      ),
  ),
  'power-by-origin': everyone(
    grouped(cars, (car) => car['Origin'])
      .map(([origin, models]) => {
        const powers = numbersOf(models, 'Horsepower')
        const weight = sum(numbersOf(models, 'Weight_in_lbs'))
        return [
          origin,
          models.length,
          powers.length,
          sum(powers) / powers.length,
          (1000 * sum(powers)) / weight,
        ] as const
      })
      .sort(by(([origin]) => origin)),
  ),
  'world-by-year': everyone(
    grouped(gapminder, (country) => country['year'])
      .map(([year, countries]) => {
        const expectancies = numbersOf(countries, 'life_expect')
        return [
          year,
          countries.length,
          sum(numbersOf(countries, 'pop')),
          sum(expectancies) / expectancies.length,
        ] as const
      })
      .sort(by(([year]) => year)),
  ),
  'worst-months': everyone(
    employment
      .filter((month) => Number(month['nonfarm_change']) < -600)
      .map((month) => [month['month'], Number(month['nonfarm_change']), Number(month['retail_trade'])] as const)
      .sort(by(([, change]) => change)),
  ),
  'decade-of-jobs': everyone([
    [
      employment.length,
      sum(employment.map((month) => Number(month['nonfarm_change']))),
      sum(employment.map((month) => Number(month['private']))) /
        sum(employment.map((month) => Number(month['nonfarm']))),
      Math.max(...employment.map((month) => Number(month['retail_trade']))),
    ],
  ]),
  'share-prices': everyone(
    grouped(stocks, ({ symbol }) => symbol)
      .map(([symbol, months]) => {
        const prices = months.map(({ price }) => Number(price))
        const [least, most] = [Math.min(...prices), Math.max(...prices)]
        return [symbol, prices.length, least, most, most - least] as const
      })
      .sort(by(([symbol]) => symbol)),
  ),
  'strikes-by-size': everyone(
    grouped(
      birdstrikes.filter((strike) => ['Day', 'Dawn'].includes(strike['Time of day'] ?? '')),
      (strike) => strike['Wildlife Size'],
    )
      .map(([size, strikes]) => {
        const cost = sum(strikes.map((strike) => Number(strike['Cost Total $'])))
        return [size, strikes.length, cost, cost / strikes.length] as const
      })
      .sort(by(([size]) => size)),
  ),
  'deep-earthquakes': everyone(
    features
      .filter(({ properties, geometry }) => geometry.coordinates[2] > 150 && properties.mag >= 4)
      .sort(by(({ properties }) => properties.time))
      .map(({ id, properties }) => [
        id,
        new Date(properties.time)
          .toISOString()
          .replace(/\.000Z$/, 'Z')
          .replace(/(\.\d{3})Z$/, '$1000Z'),
        properties.mag,
        properties.tsunami === 1 ? 'Yes' : 'No',
      ]),
  ),
  'warned-earthquakes': everyone(
    grouped(features, ({ properties }) => properties.tsunami)
      .map(
        ([tsunami, quakes]) =>
          [
            tsunami === 1 ? 'Yes' : 'No',
            quakes.length,
            Math.max(...quakes.map(({ properties }) => properties.mag)),
            Math.max(...quakes.map(({ geometry }) => geometry.coordinates[2])),
          ] as const,
      )
      .sort(by(([warned]) => warned)),
  ),
}

/** Rows of data that belong to everyone: any account gets them. */
function everyone(
  rows: readonly (readonly unknown[])[],
): readonly { readonly account: string; readonly rows: readonly (readonly unknown[])[] }[] {
  return [{ account: 'SEA', rows }]
}

let walk: Walkthrough
const clients = new Map<string, AlmanacClient>()

/** A client of an account, registered as the README does it. */
async function clientOf(account: string): Promise<AlmanacClient> {
  const known = clients.get(account)
  if (known !== undefined) return known
  const { administer, loadSettings } = await import('@almanac/server')
  const settings = await loadSettings({ configFile: null, overrides: { dataFolder: join(walk.folder, 'data/vega') } })
  const { tenantId, clientId, clientSecret } = await administer(settings, (administration) =>
    administration.addClient({ accountId: account, name: account, roles: ['Reports.ReadWrite'] }, null),
  )
  const url = walk.environment['ALMANAC_URL'] ?? ''
  const client = createClient({
    baseUrl: `${url}/insights/v1.1/open-data`,
    tokenUrl: `${url}/${tenantId}/oauth2/token`,
    clientId,
    clientSecret,
  })
  clients.set(account, client)
  return client
}

/**
 * Ten digits of a number: sums that are added up in another order differ in their last ones. A preview shows a number
 * that JSON can't hold exactly as text; `like` says where a number is meant.
 */
function tenDigits(value: unknown, like: unknown = value): unknown {
  return typeof like === 'number' ? Number(Number(value).toPrecision(10)) : value
}

beforeAll(async () => {
  const readme = readFileSync(join(here, 'README.md'), 'utf8')
  walk = await walkThrough(readme, { links: ['examples'] })
})
afterAll(() => walk?.end())

test('the steps of the README show what it says', () => {
  expect(walk.differences).toEqual([])
})

test('each query has an expectation, and the other way round', () => {
  const files = readdirSync(join(here, 'queries')).map((file) => file.replace(/\.query$/, ''))
  expect(files.sort()).toEqual(Object.keys(expectations).sort())
})

describe('each query answers what plain JavaScript finds in the published files', () => {
  const cases = Object.entries(expectations).flatMap(([name, answers]) =>
    answers.map(({ account, rows }) => ({ name, account, rows })),
  )

  test.each(cases)('$name as $account', async ({ name, account, rows }) => {
    expect(rows.length).toBeGreaterThan(0)
    const query = readFileSync(join(here, 'queries', `${name}.query`), 'utf8')
    const answer = await (await clientOf(account)).queries.test({ query })
    const answered = answer.rows.map((row, index) =>
      Object.values(row).map((value, column) => tenDigits(value, rows[index]?.[column])),
    )
    expect(answered).toEqual(rows.map((row) => row.map((value) => tenDigits(value))))
  })
})

describe('what belongs to an account', () => {
  test('each airport counts its own flights', async () => {
    const count = async (account: string): Promise<unknown> => {
      const client = await clientOf(account)
      return (await client.queries.test({ query: 'SELECT Departures FROM Departures' })).rows[0]?.['Departures']
    }
    for (const account of ['SEA', 'ATL', 'JFK']) {
      expect(await count(account)).toBe(flights.filter(({ origin }) => origin === account).length)
    }
  })

  test('an account without rows gets none, and whoever writes its name otherwise is another account', async () => {
    for (const account of ['XXX', 'sea']) {
      const client = await clientOf(account)
      expect((await client.queries.test({ query: 'SELECT Destination FROM Departures' })).rows).toEqual([])
    }
  })

  test('a window replaces the time range', async () => {
    const client = await clientOf('SEA')
    const query = 'SELECT Departures FROM Departures'
    const { rows } = await client.queries.test({
      query,
      startTime: '2001-02-01T00:00:00Z',
      endTime: '2001-03-01T00:00:00Z',
    })
    const ofFebruary = flights.filter(({ origin, date }) => origin === 'SEA' && date.startsWith('2001/02/'))
    expect(rows).toEqual([{ Departures: ofFebruary.length }])
  })
})

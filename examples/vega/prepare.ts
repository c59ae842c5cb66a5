// Puts the files of the npm package `vega-datasets` where the catalog beside this file looks for them.
//
//   node examples/vega/prepare.ts [data folder]
//
// Five datasets are used as they are published. The others have names with blanks, dates written out or nested records,
// so DuckDB writes files of them that a catalog can declare.

import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'

const published = join(dirname(fileURLToPath(import.meta.resolve('vega-datasets'))), '../data')
const datasets = join(process.argv[2] ?? 'data', 'datasets')

/** File in the datasets folder ← file as it is published. */
const copied: Readonly<Record<string, string>> = {
  'flights.json': 'flights-20k.json',
  'weather.csv': 'weather.csv',
  'cars.json': 'cars.json',
  'gapminder.json': 'gapminder.json',
  'us-employment.csv': 'us-employment.csv',
}

const from = (file: string): string => `'${join(published, file).replaceAll("'", "''")}'`

/** File in the datasets folder ← what DuckDB makes of the published one. */
const prepared: Readonly<Record<string, string>> = {
  // One file for each month, as they would come in.
  ...Object.fromEntries(
    [1, 2, 3].map((month) => [
      `departures/2001-0${month}.parquet`,
      `SELECT CAST(date AS TIMESTAMP) AS ScheduledAt, origin AS Airport, destination AS Destination,
         delay AS DelayMinutes, distance AS DistanceMiles
       FROM read_json(${from('flights-20k.json')}) WHERE month(CAST(date AS TIMESTAMP)) = ${month}`,
    ]),
  ),
  // Names with blanks, dates such as 'Jun 12 1998', and three titles that are numbers.
  'movies.parquet': `
    SELECT CAST(Title AS VARCHAR) AS Title, CAST(strptime("Release Date", '%b %d %Y') AS DATE) AS ReleaseDate,
      "MPAA Rating" AS Rating, "Running Time min" AS RunningTimeMinutes, Distributor, "Major Genre" AS Genre, Director,
      "Production Budget" AS ProductionBudget, "US Gross" AS GrossUS, "Worldwide Gross" AS GrossWorldwide,
      CAST("IMDB Rating" AS DECIMAL(3, 1)) AS ImdbRating, "IMDB Votes" AS ImdbVotes
    FROM read_json(${from('movies.json')}, columns = {'Title': 'VARCHAR', 'Release Date': 'VARCHAR',
      'MPAA Rating': 'VARCHAR', 'Running Time min': 'BIGINT', 'Distributor': 'VARCHAR', 'Major Genre': 'VARCHAR',
      'Director': 'VARCHAR', 'Production Budget': 'BIGINT', 'US Gross': 'BIGINT', 'Worldwide Gross': 'BIGINT',
      'IMDB Rating': 'DECIMAL(3, 1)', 'IMDB Votes': 'BIGINT'})`,
  'birdstrikes.parquet': `
    SELECT "Flight Date" AS FlightDate, "Airport Name" AS AirportName, "Origin State" AS OriginState,
      "Aircraft Airline Operator" AS Operator, "Aircraft Make Model" AS Aircraft, "Phase of flight" AS Phase,
      "Time of day" AS TimeOfDay, "Wildlife Size" AS WildlifeSize, "Wildlife Species" AS WildlifeSpecies,
      "Effect Amount of damage" AS Damage, "Cost Total $" AS CostUSD, "Speed IAS in knots" AS SpeedKnots
    FROM read_csv(${from('birdstrikes.csv')}, nullstr = '', allow_quoted_nulls = false)`,
  'stocks.csv': `
    SELECT symbol AS Symbol, CAST(strptime(date, '%b %d %Y') AS DATE) AS Day, price AS Price
    FROM read_csv(${from('stocks.csv')})`,
  // GeoJSON: one record with a list in it, times in milliseconds.
  'earthquakes.parquet': `
    SELECT feature.id AS EventId, make_timestamp(feature.properties.time * 1000) AS HappenedAt,
      feature.properties.place AS Place, feature.properties.mag AS Magnitude, feature.properties.magType AS Scale,
      feature.geometry.coordinates[3] AS DepthKm, feature.properties.tsunami = 1 AS TsunamiWarning
    FROM (SELECT unnest(features) AS feature FROM read_json(${from('earthquakes.json')}))`,
}

const database = await DuckDBInstance.create(':memory:')
const connection = await database.connect()
for (const [file, source] of Object.entries(copied)) {
  await mkdir(dirname(join(datasets, file)), { recursive: true })
  await copyFile(join(published, source), join(datasets, file))
}
for (const [file, select] of Object.entries(prepared)) {
  const target = join(datasets, file)
  await mkdir(dirname(target), { recursive: true })
  const options = file.endsWith('.csv') ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION zstd'
  await connection.run(`COPY (${select}) TO '${target.replaceAll("'", "''")}' (${options})`)
}
connection.closeSync()
database.closeSync()
process.stdout.write(`${Object.keys(copied).length + Object.keys(prepared).length} files in ${datasets}\n`)

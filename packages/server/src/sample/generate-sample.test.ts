import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CatalogDataset } from '../datasets/dataset.ts'
import { loadCatalog } from '../datasets/load-catalog.ts'
import { smallCatalog, smallDataset } from '../datasets/testing/small-catalog.ts'
import { generateSample } from './generate-sample.ts'
import type { SampleInput, SampleManifest, SampleProgress } from './generate-sample.ts'
import { sampleAccountId, sampleAccounts } from './sample-accounts.ts'
import { openSampleDatabase } from './testing/sample-database.ts'
import type { SampleDatabase } from './testing/sample-database.ts'

const catalog = await loadCatalog(fileURLToPath(new URL('../../catalog', import.meta.url)))
const datasets = catalog.programs.flatMap((program) => catalog.datasetsOf(program))
const referenceAt = Date.UTC(2024, 5, 15, 12)
const usageRows = 20_000
const accountCount = 6

let folder: string
let sample: SampleManifest
let database: SampleDatabase
const progress: SampleProgress[] = []

function inputFor(name: string, changes: Partial<SampleInput> = {}): SampleInput {
  return { catalog, outFolder: join(folder, name), accounts: accountCount, usageRows, seed: 7, referenceAt, ...changes }
}

/** What TIMESPAN filters; for rows without a date, the day of the sample. */
function dayOf(dateColumn: string | undefined): string {
  return dateColumn === undefined ? `DATE '2024-06-15'` : `"${dateColumn}"`
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-sample-'))
  sample = await generateSample(inputFor('first', { onProgress: (step) => progress.push(step) }))
  database = await openSampleDatabase(catalog, join(folder, 'first'))
})

afterAll(async () => {
  database[Symbol.dispose]()
  await rm(folder, { recursive: true, force: true })
})

describe('the files', () => {
  test('there is one per dataset, with progress after each, and nothing half-written or left over', async () => {
    expect(sample.files.map(({ dataset }) => dataset)).toEqual(datasets.map(({ name }) => name))
    expect(progress.map(({ file, done, of }) => [file.dataset, done, of])).toEqual(
      datasets.map(({ name }, index) => [name, index + 1, datasets.length]),
    )
    const names = await readdir(join(folder, 'first'), { recursive: true })
    const expected = [...sample.files.flatMap(({ file, dataset }) => [dataset, file]), 'sample.json']
    expect(names.sort()).toEqual(expected.sort())
  })

  test('sample.json says what they are: rows, bytes, checksums, and the arguments', async () => {
    const read: unknown = JSON.parse(await readFile(join(folder, 'first/sample.json'), 'utf8'))
    expect(read).toEqual(sample)
    expect(sample).toMatchObject({ seed: 7, usageRows, referenceTime: '2024-06-15T12:00:00Z' })
    expect(sample.accounts).toEqual(sampleAccounts(7, accountCount))
    for (const { dataset, file, rows, sizeBytes, sha256 } of sample.files) {
      const bytes = await readFile(join(folder, 'first', file))
      expect(sizeBytes).toBe(bytes.length)
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      expect(await database.count(`SELECT count(*) FROM "${dataset}"`)).toBe(rows)
    }
  })

  test('the same arguments give the same bytes; another seed gives others', async () => {
    const checksums = ({ files }: SampleManifest): readonly string[] => files.map(({ sha256 }) => sha256)
    expect(checksums(await generateSample(inputFor('second')))).toEqual(checksums(sample))
    const other = checksums(await generateSample(inputFor('third', { seed: 8 })))
    expect(checksums(sample).filter((checksum) => other.includes(checksum))).toEqual([])
  })

  test('there are exactly as many usage rows as asked for, even very few', async () => {
    expect(await database.count('SELECT count(*) FROM ISVUsage')).toBe(usageRows)
    const tiny = await generateSample(inputFor('tiny', { usageRows: 1, accounts: 1 }))
    expect(tiny.files.find(({ dataset }) => dataset === 'ISVUsage')?.rows).toBe(1)
  })

  test('rows lie clustered by account, and by date within it', async () => {
    // What has no date stands under one day.
    for (const { name, accountColumn, dateColumn } of datasets) {
      const unordered = `
        SELECT count(*) FROM (
          SELECT "${accountColumn}" AS account, ${dayOf(dateColumn)} AS day,
            lag(account) OVER lines AS account_before, lag(day) OVER lines AS day_before
          FROM "${name}" WINDOW lines AS (ORDER BY file_row_number)
        ) WHERE account = account_before AND day < day_before`
      expect([name, await database.count(unordered)]).toEqual([name, 0])
      const clusters = `
        SELECT count(*) FROM (
          SELECT "${accountColumn}" AS account, lag(account) OVER (ORDER BY file_row_number) AS account_before FROM "${name}"
        ) WHERE account IS DISTINCT FROM account_before`
      expect([name, await database.count(clusters)]).toEqual([name, accountCount])
    }
  })
})

describe('the values', () => {
  test('every documented value of an enumeration comes, and no other', async () => {
    for (const { name, columns } of datasets) {
      for (const column of columns.filter(({ values }) => values !== undefined)) {
        const found = await database.values(
          `SELECT DISTINCT "${column.name}" FROM "${name}" WHERE "${column.name}" IS NOT NULL ORDER BY 1`,
        )
        const unknown = found.filter((value) => !column.values?.includes(value ?? ''))
        expect([name, column.name, unknown]).toEqual([name, column.name, []])
        expect([name, column.name, found.length]).toEqual([name, column.name, column.values?.length])
      }
    }
  })

  test('each column has the type that its dataset declares', async () => {
    const types = {
      string: 'VARCHAR',
      integer: 'BIGINT',
      decimal: 'DECIMAL(18,4)',
      boolean: 'BOOLEAN',
      date: 'DATE',
      timestamp: 'TIMESTAMP',
    }
    for (const { name, columns } of datasets) {
      const described = await database.values(
        `SELECT concat(column_name, ' ', column_type) FROM (DESCRIBE "${name}") WHERE column_name <> 'file_row_number'`,
      )
      expect(described).toEqual(columns.map((column) => `${column.name} ${types[column.type]}`))
    }
  })

  test('columns that are documented as sometimes empty are, and the others never', async () => {
    const emptiness = async (dataset: string, column: string): Promise<'never' | 'sometimes' | 'always'> => {
      const [rows, filled] = await Promise.all([
        database.count(`SELECT count(*) FROM "${dataset}"`),
        database.count(`SELECT count("${column}") FROM "${dataset}"`),
      ])
      return filled === rows ? 'never' : filled === 0 ? 'always' : 'sometimes'
    }
    for (const { name, accountColumn = '', dateColumn = accountColumn } of datasets) {
      expect([name, await emptiness(name, accountColumn), await emptiness(name, dateColumn)]).toEqual([
        name,
        'never',
        'never',
      ])
    }
    expect(await emptiness('ISVOrder', 'AssetId')).toBe('never')
    const sometimes = {
      ISVOrder: [
        'OrderCancelDate',
        'TrialEndDate',
        'AutoRenew',
        'PrivateOfferId',
        'CustomerAdjustmentUSD',
        'ReferenceId',
      ],
      ISVUsage: [
        'AssetId',
        'VMSize',
        'MeterId',
        'PartnerCenterDetectedAnomaly',
        'PublisherMarkedAnomaly',
        'NewReportedUsage',
      ],
      ISVCustomer: ['DateLost', 'ProviderName', 'FirstName', 'Email', 'CustomerState'],
      ISVRevenue: ['AssetId', 'PaymentSentDate', 'CustomerEmail'],
      ISVQualityOfService: ['ErrorMessage', 'DeepErrorMessage'],
      ISVMarketplaceInsights: ['Campaign'],
    }
    for (const [dataset, columns] of Object.entries(sometimes)) {
      for (const column of columns) {
        expect([dataset, column, await emptiness(dataset, column)]).toEqual([dataset, column, 'sometimes'])
      }
    }
  })

  test('a file has to quote some of them: commas, quotes, line ends, tabs, letters of many scripts', async () => {
    const errors = await database.values('SELECT DISTINCT ErrorMessage FROM ISVQualityOfService')
    const deepErrors = await database.values('SELECT DISTINCT DeepErrorMessage FROM ISVQualityOfService')
    const texts = [...errors, ...deepErrors].join('')
    for (const part of [',', '"', "'", '\n', '\r\n', '\t', 'ö', '…']) expect(texts).toContain(part)
    const companies = (await database.values('SELECT CustomerCompanyName FROM ISVCustomer')).join('')
    for (const part of [', Inc.', "O'Malley", 'Ångström', '株式会社', '&', '************'])
      expect(companies).toContain(part)
  })

  test('nothing is later than the reference time, and data go back three years', async () => {
    for (const { name, columns, dateColumn } of datasets) {
      const timestamps = columns.filter(({ type }) => type === 'timestamp').map((column) => `"${column.name}"`)
      for (const column of [dayOf(dateColumn), ...timestamps]) {
        const late = `SELECT count(*) FROM "${name}" WHERE ${column} > TIMESTAMP '2024-06-15 12:00:00'`
        expect([name, column, await database.count(late)]).toEqual([name, column, 0])
      }
    }
    for (const [dataset, column] of [
      ['ISVUsage', 'UsageDate'],
      ['ISVOrder', 'OrderPurchaseDate'],
      ['ISVMarketplaceInsights', 'Date'],
    ]) {
      expect(await database.count(`SELECT count(*) FROM ${dataset} WHERE ${column} > DATE '2024-06-15'`)).toBe(0)
      expect(
        await database.count(`SELECT count(*) FROM ${dataset} WHERE ${column} < DATE '2021-07-15'`),
      ).toBeGreaterThan(0)
      expect(await database.count(`SELECT count(*) FROM ${dataset} WHERE ${column} < DATE '2021-06-15'`)).toBe(0)
    }
  })

  test('each account has rows of each dataset in the shortest range that TIMESPAN offers', async () => {
    for (const { name, accountColumn, dateColumn } of datasets) {
      const accounts = await database.values(
        `SELECT DISTINCT "${accountColumn}" FROM "${name}" WHERE ${dayOf(dateColumn)} >= DATE '2024-05-15' ORDER BY 1`,
      )
      expect([name, accounts]).toEqual([name, sample.accounts.map(({ id }) => id).sort()])
    }
  })

  test('few have most: accounts, customers and offers are skewed', async () => {
    const shareOfFirst = (sql: string, part: string): Promise<number> =>
      database.count(`WITH sizes AS (${sql}) SELECT sum(n) FILTER (${part}) / sum(n) FROM sizes`)
    const first = sampleAccountId(7, 0)
    const accounts = 'SELECT PublisherAccountId AS id, count(*) AS n FROM ISVUsage GROUP BY id'
    expect(await shareOfFirst(accounts, `id = '${first}'`)).toBeGreaterThan(0.4)
    const customers = `SELECT count(*) AS n, percent_rank() OVER (ORDER BY n DESC, CustomerId) AS place FROM ISVUsage GROUP BY CustomerId`
    expect(await shareOfFirst(customers, 'place < 0.2')).toBeGreaterThan(0.5)
    const offers = `SELECT count(*) AS n, row_number() OVER (ORDER BY n DESC) AS place FROM ISVUsage WHERE PublisherAccountId = '${first}' GROUP BY OfferId`
    expect(await shareOfFirst(offers, 'place <= 3')).toBeGreaterThan(0.5)
  })
})

describe('references hold, within each account', () => {
  const missing = (dataset: string, column: string, other: string, otherColumn: string): string => `
    SELECT count(*) FROM "${dataset}" AS a WHERE "${column}" IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM "${other}" AS b WHERE b."${otherColumn}" = a."${column}" AND b.PublisherAccountId = a.PublisherAccountId)`

  test.each([
    ['ISVUsage', 'AssetId', 'ISVOrder', 'AssetId'],
    ['ISVUsage', 'CustomerId', 'ISVCustomer', 'CustomerId'],
    ['ISVRevenue', 'AssetId', 'ISVOrder', 'AssetId'],
    ['ISVRevenue', 'CustomerId', 'ISVCustomer', 'CustomerId'],
    ['ISVOfferRetention', 'CustomerId', 'ISVCustomer', 'CustomerId'],
    ['ISVLicense', 'ServiceId', 'ISVOrder', 'AssetId'],
    ['ISVVMImageVersion', 'CustomerId', 'ISVCustomer', 'CustomerId'],
    ['ISVQualityOfService', 'OfferId', 'ISVOrder', 'OfferId'],
    ['ISVUsage', 'OfferName', 'ISVMarketplaceInsights', 'OfferName'],
    ['ISVOrder', 'OfferName', 'ISVMarketplaceInsights', 'OfferName'],
  ])('%s.%s is in %s.%s', async (...names) => {
    expect(await database.count(missing(...names))).toBe(0)
  })

  test('an order has a customer, unless it was abandoned', async () => {
    const orphans = `${missing('ISVOrder', 'CustomerId', 'ISVCustomer', 'CustomerId')} AND OrderStatus <> 'Abandoned'`
    expect(await database.count(orphans)).toBe(0)
  })

  test('usage and its order agree in offer, plan, customer and license', async () => {
    const disagreeing = `
      SELECT count(*) FROM ISVUsage AS u JOIN (SELECT DISTINCT ON (AssetId) * FROM ISVOrder) AS o USING (AssetId)
      WHERE (u.OfferId, u.SKU, u.CustomerId, u.AzureLicenseType, u.MarketplaceLicenseType, u.PublisherAccountId)
        <> (o.OfferId, o.SKU, o.CustomerId, o.AzureLicenseType, o.MarketplaceLicenseType, o.PublisherAccountId)`
    expect(await database.count(disagreeing)).toBe(0)
  })

  test('nothing is used before it was bought or after its order ended', async () => {
    const outside = `
      SELECT count(*) FROM ISVUsage AS u JOIN (
        SELECT AssetId, min(OrderPurchaseDate) AS bought, max(OrderCancelDate) AS canceled FROM ISVOrder GROUP BY AssetId
      ) USING (AssetId) WHERE UsageDate < bought OR UsageDate > canceled`
    expect(await database.count(outside)).toBe(0)
  })

  test('each line of an invoice is there once, and subscriptions are billed what their order says', async () => {
    expect(
      await database.count('SELECT count(*) - count(DISTINCT (PurchaseRecordId, LineItemId)) FROM ISVRevenue'),
    ).toBe(0)
    const unbilled = `
      SELECT count(*) FROM ISVRevenue AS r LEFT JOIN ISVOrder AS o
        ON o.PurchaseRecordId = r.PurchaseRecordId AND o.PurchaseRecordLineItemId = r.LineItemId
      WHERE r.BillingModel = 'SubscriptionBased' AND o.BilledRevenue IS DISTINCT FROM r.Revenue`
    expect(await database.count(unbilled)).toBe(0)
  })

  test('usage is billed what its rows come to', async () => {
    const used = `SELECT sum(ExtendedChargeCC) FROM ISVUsage WHERE SKUBillingType = 'Paid'`
    const billed = `SELECT sum(Revenue) FROM ISVRevenue WHERE BillingModel = 'UsageBased'`
    expect(await database.values(used)).toEqual(await database.values(billed))
  })

  test('versions of an order count from 1 without a gap, and only the last is not active', async () => {
    const gaps =
      'SELECT count(*) FROM (SELECT max(OrderVersion) - count(*) AS gap FROM ISVOrder GROUP BY AssetId) WHERE gap <> 0'
    expect(await database.count(gaps)).toBe(0)
    const ended = `
      SELECT count(*) FROM ISVOrder AS o WHERE OrderStatus <> 'Active'
        AND EXISTS (SELECT 1 FROM ISVOrder AS l WHERE l.AssetId = o.AssetId AND l.OrderVersion > o.OrderVersion)`
    expect(await database.count(ended)).toBe(0)
  })
})

describe('what can not be done', () => {
  test.each([
    ['accounts', 0],
    ['accounts', 1.5],
    ['usageRows', 0],
    ['usageRows', Number.NaN],
    ['seed', -1],
    ['referenceAt', Infinity],
  ])('%s of %d is refused, and nothing is written', async (name, value) => {
    await expect(generateSample(inputFor('refused', { [name]: value }))).rejects.toThrow(RangeError)
    await expect(stat(join(folder, 'refused'))).rejects.toThrow('ENOENT')
  })

  test('a dataset without a sample is passed over', async () => {
    const { files } = await generateSample(inputFor('without', { catalog: smallCatalog(), usageRows: 1 }))
    expect(files).toEqual([])
  })

  test('a sample whose expression is wrong leaves neither its file nor sample.json', async () => {
    const order = datasets.find(({ name }) => name === 'ISVOrder') ?? smallDataset()
    const { sample: declared = { rows: '', columns: {} } } = order
    const broken = {
      ...declared,
      columns: { ...declared.columns, SKU: { kind: 'expression', sql: 'no_such_thing' } },
    } as const
    const input = inputFor('broken', { catalog: smallCatalog([{ ...order, sample: broken }]), usageRows: 1 })
    await expect(generateSample(input)).rejects.toThrow(/no_such_thing/)
    expect(await readdir(join(folder, 'broken'), { recursive: true })).toEqual(['ISVOrder'])
  })

  test('a pattern that no single file name can stand for is refused by name', async () => {
    const order = datasets.find(({ name }) => name === 'ISVOrder') ?? smallDataset()
    for (const pattern of ['**/*.parquet', 'orders/*', 'orders/[ab].parquet', 'orders/*.csv']) {
      const dataset: CatalogDataset = { ...order, source: { kind: 'files', format: 'parquet', pattern } }
      const input = inputFor('pattern', { catalog: smallCatalog([dataset]), usageRows: 1 })
      await expect(generateSample(input)).rejects.toThrow(`the source of ISVOrder is parquet, ${pattern}`)
    }
  })
})

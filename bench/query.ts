// What it takes to make SQL of a query text, stage by stage, against JSON.parse of the same query's syntax tree as JSON:
// what reading a structured request costs when V8 does it natively, so about the least that any query format could cost.
//
//   npm run bench:query             60 rounds
//   npm run bench:query -- 200
import { join } from 'node:path'
import { checkQuery, compileQuery, parseQuery } from '@almanac/query'
import { loadCatalog } from '@almanac/server'
import { publish, rounded, shown, spread, type Spread } from './testbed/figures.ts'

const rounds = Number(process.argv[2] ?? 60)
const roundMs = 5
const warmUpMs = 1_000

const catalog = await loadCatalog(join(import.meta.dirname, '../packages/server/catalog'))
const schema = { datasets: catalog.datasetsOf('cmp'), profile: 'open' } as const
const run = {
  relation: { kind: 'files', format: 'parquet', paths: ['/data/ISVUsage/part-0.parquet'] },
  accountId: '7c1f3a52-0f0e-4f0b-9a55-0d7f4a0c1e2d',
  referenceAt: Date.parse('2024-05-31T10:30:00Z'),
} as const

const queries = {
  typical:
    "SELECT UsageDate, NormalizedUsage, EstimatedExtendedChargePC FROM ISVUsage WHERE SKUBillingType = 'Paid' ORDER BY UsageDate DESC TIMESPAN LAST_MONTH",
  'forty columns': `SELECT AssetId,SalesChannel,BillingAccountId,CustomerCity,CustomerCompanyName,CustomerCountry,CustomerEmail,CustomerId,CustomerName,CustomerState,EarningAmountCC,EarningAmountPC,EarningAmountUSD,EarningCurrencyCode,EarningExchangeRatePC,EstimatedPayoutMonth,Revenue,EstimatedRevenuePC,EstimatedRevenueUSD,ExchangeRateDate,ExchangeRatePC,ExchangeRateUSD,PayoutStatus,IncentiveRate,TrialDeployment,LineItemId,MonthStartDate,OfferName,OfferType,PaymentInstrumentType,PaymentSentDate,PurchaseRecordId,Quantity,SKU,TermEndDate,TermStartDate,TransactionAmountCC,TransactionAmountPC,TransactionAmountUSD,BillingModel,Units FROM ISVRevenue TIMESPAN LAST_6_MONTHS`,
  'fifteen KiB': `SELECT CustomerId, NormalizedUsage FROM ISVUsage WHERE CustomerId IN (${idList(380)}) ORDER BY NormalizedUsage`,
}

// What each work gives goes in here, so that none of it can be left out.
const results: unknown[] = [undefined]

const figures: Record<string, Record<string, unknown>> = {}
const lines: string[] = []
for (const [name, text] of Object.entries(queries)) {
  const stages = measure(text)
  const ratio = spread(stages.whole.map((micros, round) => micros / (stages.json[round] ?? 1)))
  figures[name] = {
    bytes: text.length,
    parseMicros: spread(stages.parse),
    checkMicros: spread(stages.check),
    compileMicros: spread(stages.compile),
    wholeMicros: spread(stages.whole),
    jsonParseMicros: spread(stages.json),
    ratio,
  }
  lines.push(
    `${name} (${text.length} bytes): ${shown(spread(stages.whole), 'µs')}${name === 'typical' ? '   aim < 100' : ''}`,
    `    parse ${median(stages.parse)}, check ${median(stages.check)}, compile ${median(stages.compile)} µs`,
    `    JSON.parse of its tree: ${shown(spread(stages.json), 'µs')}; text → SQL is ${shown(ratio, '×')}`,
  )
}
await publish('query', lines, { rounds, queries: figures })

interface Stages {
  readonly parse: readonly number[]
  readonly check: readonly number[]
  readonly compile: readonly number[]
  readonly whole: readonly number[]
  readonly json: readonly number[]
}

/** Microseconds of each stage in each round, the stages in turn. */
function measure(text: string): Stages {
  const checked = checkQuery(text, schema)
  const parsed = parseQuery(text)
  if (!checked.ok || !parsed.ok) throw new Error(`The query is wrong: ${text}`)
  // Without places, which a document of the same query would not have.
  const document = JSON.stringify(parsed.tree, (key, value) =>
    key === 'span' || key === 'keyword' ? undefined : value,
  )

  const parse = (): unknown => parseQuery(text)
  const parseAndCheck = (): unknown => checkQuery(text, schema)
  const compile = (): unknown => compileQuery(checked.query, run)
  const whole = (): unknown => {
    const result = checkQuery(text, schema)
    return result.ok && compileQuery(result.query, run)
  }
  const json = (): unknown => JSON.parse(document)

  const works = [parse, parseAndCheck, compile, whole, json]
  for (const work of works) microsOf(work, warmUpMs)
  const measured = Array.from({ length: rounds }, () => works.map((work) => microsOf(work, roundMs)))
  const stage = (index: number): readonly number[] => measured.map((round) => round[index] ?? 0)
  return {
    parse: stage(0),
    check: measured.map(([parse = 0, both = 0]) => both - parse),
    compile: stage(2),
    whole: stage(3),
    json: stage(4),
  }
}

/** Does a piece of work over and over for some milliseconds; microseconds of one time. */
function microsOf(work: () => unknown, milliseconds: number): number {
  const startedAt = performance.now()
  let times = 0
  let elapsedMs = 0
  while (elapsedMs < milliseconds) {
    // Looking at the clock each time would be a part of what is measured.
    for (let more = 0; more < 10; more += 1) results[0] = work()
    times += 10
    elapsedMs = performance.now() - startedAt
  }
  return (elapsedMs * 1000) / times
}

function median(values: readonly number[]): number {
  return rounded((spread(values) satisfies Spread).median)
}

function idList(count: number): string {
  const id = (index: number): string => `'2a31c234-1f4e-4c60-909e-${String(index).padStart(12, '0')}'`
  return Array.from({ length: count }, (_, index) => id(index)).join(',')
}

// What hostile query texts are made of; pieces stand between bars.

/** Pieces that have opened databases elsewhere, and that this language does not have. */
export const fragments = between(`
  ' OR '1'='1 ¦ ' OR 1=1 -- ¦ '; DROP TABLE t; -- ¦ ') OR ('1'='1 ¦ ' UNION SELECT * FROM t -- ¦ '' OR ''='' ¦
  UNION SELECT Owner FROM Sales ¦ UNION ALL SELECT * FROM duckdb_settings() ¦ ; DELETE FROM t ¦ ; VACUUM;; ¦
  ; COPY t TO '/tmp/x.csv' ¦ ; ATTACH '/tmp/x.db' AS x ¦ ; INSTALL httpfs; LOAD httpfs ¦ ; PRAGMA database_list ¦
  read_csv('/etc/passwd') ¦ read_text('/etc/passwd') ¦ read_parquet('*') ¦ glob('/**') ¦ getenv('HOME') ¦
  (SELECT max(Owner) FROM t) ¦ EXISTS (SELECT 1) ¦ CASE WHEN 1=1 THEN 1 END ¦ query('SELECT 1') ¦ 1/0 ¦
  /* x */ ¦ -- x ¦ # ¦ $1 ¦ $2 ¦ ? ¦ :name ¦ @@version ¦ \\ ¦ \` ¦ " ¦ [ ¦ ] ¦ { ¦ } ¦ ::VARCHAR ¦ || ¦
  SET enable_external_access = true ¦ CALL enable_logging(storage='file') ¦ EXPORT DATABASE 'x' ¦ CHECKPOINT ¦
  HAVING 1=1 ¦ GROUP BY ALL ¦ OFFSET 1 ¦ LIMIT ALL ¦ ORDER BY 1 ¦ ORDER BY RANDOM() ¦ USING SAMPLE 1 ¦ QUALIFY 1 ¦
  IS NOT DISTINCT FROM NULL ¦ ILIKE ¦ SIMILAR TO ¦ REGEXP ¦ COLLATE NOCASE ¦ AT TIME ZONE ¦ ESCAPE ¦ INTERVAL 1 DAY
`)

/** Names that are hidden, the engine's own, JavaScript's own, or look like others. */
export const names = between(`
  Owner ¦ OWNER ¦ Whose ¦ Secret ¦ PublisherId ¦ NormalizedUsageValue ¦ BilledToName ¦ RowId ¦ Internal ¦
  file_row_number ¦ file_index ¦ filename ¦ rowid ¦ t ¦ t.Owner ¦ r ¦ r.c1 ¦ c1 ¦ Sales ¦ sales.Name ¦ _ ¦ __proto__ ¦
  constructor ¦ toString ¦ hasOwnProperty ¦ COLUMNS(x) ¦ count(x) ¦ EXCLUDE ¦ main ¦ information_schema ¦ N ¦ Nаme ¦
  NULL ¦ TRUE ¦ DEFAULT ¦ Name(USD) ¦ Cheapest(USD) ¦ Cheapest ¦ RevenueGenerated(USD) ¦ ſelect ¦ ﬁrst ¦ İsPaid
`)

/** Literals at the ends of every type, and what only looks like a literal. */
export const values = between(`
  'x' ¦ '' ¦ '''' ¦ '%' ¦ '_%' ¦ '\\' ¦ '%\\%' ¦ 'CANARY' ¦ '%CANARY%' ¦ '%anary%' ¦ '$1' ¦ '😀' ¦ '\uD800' ¦ 'me' ¦
  '‘' ¦ ‘x’ ¦ ’x’ ¦ ‘x' ¦ "x" ¦ “x” ¦ ＇x＇ ¦ ʼxʼ ¦ '\0' ¦ '\u202Ex' ¦ 'a\nb' ¦ 'other' ¦
  0 ¦ -0 ¦ 7 ¦ 007 ¦ -1 ¦ 1.5 ¦ 9223372036854775807 ¦ 9223372036854775808 ¦ -9223372036854775809 ¦ 7000000000000 ¦
  ${'9'.repeat(38)} ¦ ${'9'.repeat(39)} ¦ ${'9'.repeat(400)} ¦ 0.${'0'.repeat(40)}1 ¦ ${'9'.repeat(30)}.${'9'.repeat(30)} ¦
  1e309 ¦ 0x7F ¦ 1_000 ¦ .5 ¦ +5 ¦ '1' ¦ 'Yes' ¦ 'True' ¦ 'NaN' ¦ 'null' ¦
  '2024-05-31' ¦ '2077-07-07' ¦ '0000-01-01' ¦ '0001-01-01' ¦ '9999-12-31' ¦ '10000-01-01' ¦ '2024-02-30' ¦ 'infinity' ¦
  '2024-05-31T23:59:60Z' ¦ '0001-01-01T00:00:00+23:59' ¦ '9999-12-31T23:59:59.999999-23:59' ¦ 'epoch'
`)

/** What may stand between two words, and what may not. */
export const blanks = [
  [' ', '\n', '\t', '\r\n', '  ', '\v', '\u00A0', '\uFEFF', '\u2003', '\u3000'],
  ['\u200B', '', '/**/', ' -- \n'],
].flat()

/** Characters that look like others. */
export const lookAlikes: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from('aаeеoοSЅIІiı,，=＝(（<＜*∗'.matchAll(/(.)(.)/gu), ([, plain = '', alike = '']) => [plain, alike]),
)

function between(text: string): readonly string[] {
  return text.split('¦').map((piece) => piece.trim())
}

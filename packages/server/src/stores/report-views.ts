import { sql } from 'kysely'
import type { Kysely, SelectQueryBuilder, SqlBool } from 'kysely'
import type { Database } from './database.ts'
import type { ReportViewRow } from './report-row.ts'

/** Reports as `ReportView` shows them: with the scheduled time of the execution that waits, if one does. */
export function reportViews(db: Kysely<Database>): SelectQueryBuilder<Database, 'reports', ReportViewRow> {
  return db
    .selectFrom('reports')
    .selectAll('reports')
    .select((eb) =>
      eb
        .selectFrom('executions')
        .select('executions.scheduled_at')
        .whereRef('executions.report_id', '=', 'reports.id')
        // Written out, not as parameters: only so can SQLite know that its index of waiting executions holds the answer.
        .where(sql<SqlBool>`executions.status in ('Pending', 'Paused')`)
        .as('next_execution_at'),
    )
}

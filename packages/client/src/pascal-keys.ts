/** The fields of a request as the documents write them: `reportName` → `ReportName`. Undefined ones are left out. */
export function pascalKeys(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.charAt(0).toUpperCase() + name.slice(1), value]],
    ),
  )
}

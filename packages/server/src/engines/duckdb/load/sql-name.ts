/** A name as SQL has it. Column names come from files, so they may be anything. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

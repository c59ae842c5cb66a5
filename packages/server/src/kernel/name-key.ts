/** What names are compared by, without regard to case. Made here and stored, so that no database's own rules decide. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

// Digits before and after the point that 38 of them compare exactly with any DECIMAL a dataset is likely to have.
const exactDigits = { before: 26, after: 12 }

/** Whether an engine of 38 digits can compare a decimal exactly with columns of other scales. */
export function isComparable(decimal: string): boolean {
  const [before = '', after = ''] = decimal.replace('-', '').split('.')
  return before.length <= exactDigits.before && after.length <= exactDigits.after
}

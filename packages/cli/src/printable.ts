/**
 * Text from data on one line of a terminal. Control characters would let a name in somebody's data move the cursor or
 * rename the window: they are shown as `·`.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·')
}

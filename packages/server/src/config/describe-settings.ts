import { environmentName, settingNames, settingTable } from './setting-table.ts'

/** One setting as help and reference show it. */
export interface SettingDescription {
  readonly name: string
  readonly environmentName: string
  readonly form: string
  /** As text; empty where `about` says how it is worked out. */
  readonly default: string
  readonly partnerCenterDefault: string
  readonly about: string
}

/** Every setting in words, in the order of the table. */
export function describeSettings(): readonly SettingDescription[] {
  return settingNames.map((name) => {
    const spec: { kind: { form: string }; about: string; default: unknown; partnerCenterDefault?: unknown } =
      settingTable[name]
    return {
      name,
      environmentName: environmentName(name),
      form: spec.kind.form,
      default: shown(spec.default),
      partnerCenterDefault: shown(spec.partnerCenterDefault),
      about: spec.about,
    }
  })
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return ''
  return Array.isArray(value) ? value.join(',') : `${value as string | number | boolean}`
}

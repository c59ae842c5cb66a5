/** What an engine process is for. */
export type EnginePurpose = 'export' | 'preview' | 'profile' | 'load'

/** What happens to engine processes, for the log and for whoever watches them. */
export type EngineEvent =
  | {
      readonly kind: 'engine_process_started'
      readonly purpose: EnginePurpose
      readonly pid: number | undefined
    }
  | {
      readonly kind: 'engine_process_ended'
      readonly purpose: EnginePurpose
      readonly pid: number | undefined
      readonly exitCode: number | null
      readonly signal: string | null
    }

/** Which grammar counts: `open` has the extensions, `partner-center` refuses each one by name. */
export type Profile = 'open' | 'partner-center'

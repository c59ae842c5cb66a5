import { AppError } from '../kernel/app-error.ts'
import type { Catalog } from './catalog.ts'

/**
 * The program of a path as the catalog spells it: stores compare it exactly, so `CMP` and `cmp` must be one program
 * before they get there. Raises `unknown_program`.
 */
export function requireProgram(catalog: Catalog, program: string): string {
  const wanted = program.toLowerCase()
  const declared = catalog.programs.find((name) => name.toLowerCase() === wanted)
  if (declared === undefined) throw new AppError('unknown_program', { program, known: catalog.programs })
  return declared
}

import { FAULTS, Fault } from '#kit'

/** What an operator reads of an error: what is wrong, and how to mend it. A bug comes with its stack. */
export function tellError(error: unknown): string {
  if (!(error instanceof Fault))
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  const { mend, en } = FAULTS[error.code]
  const what = (error.detail ?? en).split('\n')
  return [...what.map((line) => `✗ ${line}`), `  ${mend}`, `  (${error.code}, see docs/errors.md)`].join('\n')
}

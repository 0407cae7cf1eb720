import { FAULTS, Fault } from '#kit'

/** What one check found. `note` is neither right nor wrong: something that is not there yet, or cannot be known. */
export type Finding =
  | { state: 'right'; says: string }
  | { state: 'note'; says: string; mend?: string }
  | { state: 'wrong'; says: string; mend: string }

export const right = (says: string): Finding => ({ state: 'right', says })
export const note = (says: string, mend?: string): Finding => ({
  state: 'note',
  says,
  ...(mend !== undefined && { mend }),
})
export const wrong = (says: string, mend: string): Finding => ({ state: 'wrong', says, mend })

/** What a thrown error means to an operator: a fault knows how it is mended. */
export function findingOf(what: string, error: unknown): Finding {
  if (error instanceof Fault) return wrong(`${what}: ${error.detail ?? error.code}`, FAULTS[error.code].mend)
  const { code, message } = error as NodeJS.ErrnoException
  return wrong(`${what}: ${code ?? message}`, 'The cause is outside Guichet; the code is the system’s own.')
}

const MARKS = { right: '✓', note: '–', wrong: '✗' } as const

/** One line, and a second with how to mend what can be mended. */
export function tellFinding(finding: Finding): string {
  const line = `${MARKS[finding.state]} ${finding.says}`
  return 'mend' in finding ? `${line}\n    ${finding.mend}` : line
}

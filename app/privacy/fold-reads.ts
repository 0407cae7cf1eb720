import type { ReadJson } from '../../src/http/api.ts'

/** Reads of one day that differ in nothing but their time, as one line; most are alone. The newest comes first. */
export type Run = { key: string; first: ReadJson; reads: ReadJson[] }
/** The runs of one calendar day where the reader is. */
export type Day = { key: string; at: number; runs: Run[] }

/**
 * Groups reads by day, and folds what one service did over and over: a payment is kept, then checked, then the next is, and
 * a person wants to read “checked a payment, 312 times” rather than 624 lines. Only between two deeds of anybody else, so
 * that the order of things stays true; what a person did, and every refusal, keeps a line of its own.
 */
export function foldReads(reads: readonly ReadJson[], dayOf: (at: number) => string): Day[] {
  const days: Day[] = []
  let open: Run[] = []
  for (const read of reads) {
    const key = dayOf(read.at)
    let day = days.at(-1)
    if (day?.key !== key) {
      day = { key, at: read.at, runs: [] }
      days.push(day)
      open = []
    }
    const folds = isRoutine(read)
    const run = folds ? open.find(({ first }) => sameLine(first, read)) : undefined
    if (run) {
      run.reads.push(read)
      continue
    }
    const fresh = { key: read.id, first: read, reads: [read] }
    day.runs.push(fresh)
    open = folds ? [...open, fresh] : []
  }
  return days
}

/** What happens without anybody asking, over and over: payments taken in and checked, and the chat drawn again. */
const ROUTINE = ['bank-intake', 'bank-sync', 'bank-statements', 'web-chat']

function isRoutine({ actor, decision }: ReadJson): boolean {
  return actor.kind === 'service' && decision === 'allowed' && ROUTINE.includes(actor.id)
}

function sameLine(a: ReadJson, b: ReadJson): boolean {
  return (
    a.actor.id === b.actor.id &&
    a.deed === b.deed &&
    a.purpose === b.purpose &&
    a.linkId === b.linkId &&
    a.consent === b.consent
  )
}

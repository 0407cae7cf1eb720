import type { ReadJson } from '../../src/http/api.ts'

/** Reads of one day that follow each other and differ in nothing but their time, as one line. */
export type Run = { key: string; first: ReadJson; reads: ReadJson[] }

/** Folds runs of the same service doing the same thing for the same purpose; what a person did themselves stays apart. */
export function foldReads(reads: readonly ReadJson[], dayOf: (at: number) => string): Run[] {
  const runs: Run[] = []
  for (const read of reads) {
    const last = runs.at(-1)
    if (last && sameLine(last.first, read) && dayOf(last.first.at) === dayOf(read.at)) last.reads.push(read)
    else runs.push({ key: read.id, first: read, reads: [read] })
  }
  return runs
}

function sameLine(a: ReadJson, b: ReadJson): boolean {
  return (
    a.actor.kind === 'service' &&
    a.actor.kind === b.actor.kind &&
    a.actor.id === b.actor.id &&
    a.what === b.what &&
    a.purpose === b.purpose &&
    a.linkId === b.linkId &&
    a.decision === b.decision
  )
}

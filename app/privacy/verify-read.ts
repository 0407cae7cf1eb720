import { verifyProof } from '#accesslog/proof'
import type { ReadJson } from '../../src/http/api.ts'

/** What checking a line came to. `unsigned`: no signed state of the log covers it yet. */
export type Verdict =
  | { state: 'waiting' | 'unsigned' | 'unreachable' }
  | { state: 'verified'; index: number; size: number }
  | { state: 'wrong'; why: string }

/**
 * Checks a proof against the log's public key, and that the record proved is the line shown: the server's word is taken
 * for neither.
 */
export async function verifyRead(read: ReadJson, proof: string, vkey: string): Promise<Verdict> {
  const checked = await verifyProof(proof, vkey)
  if (!checked.ok) return { state: 'wrong', why: checked.why }
  const { record, index, size } = checked
  const isShown =
    Date.parse(record.t) === read.at &&
    record.seq === read.seq &&
    record.what === read.deed &&
    record.purpose === read.purpose &&
    record.consent === read.consent &&
    record.actor.kind === read.actor.kind &&
    record.actor.id === read.actor.id &&
    (record.decision === 'allowed') === (read.decision === 'allowed') &&
    record.clusters.join() === read.clusters.join()
  return isShown ? { state: 'verified', index, size } : { state: 'wrong', why: 'record-differs' }
}

/** What several lines folded into one came to: one that is wrong is all that matters, then one not yet known. */
export function foldVerdicts(verdicts: readonly Verdict[]): Verdict {
  for (const state of ['wrong', 'waiting', 'unsigned', 'unreachable'] as const) {
    const found = verdicts.find((verdict) => verdict.state === state)
    if (found) return found
  }
  return verdicts[0] ?? { state: 'waiting' }
}

/** How many lines are checked, hold, and do not. */
export function tallyOf(verdicts: readonly Verdict[]): { done: number; verified: number; wrong: number } {
  const count = (state: Verdict['state']) => verdicts.filter((verdict) => verdict.state === state).length
  const verified = count('verified')
  const wrong = count('wrong')
  return { done: verified + wrong, verified, wrong }
}

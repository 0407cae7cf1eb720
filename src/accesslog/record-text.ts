import type { AccessRecord } from './proof/record.ts'

/**
 * An access record as RFC 8785 writes it: `JSON.stringify` of the same fields in the order of their names is just that, for
 * strings and whole numbers. A batch writes thousands of them; `record-text.test.ts` holds this to the library.
 */
export function recordText(record: AccessRecord): Buffer {
  const { accounts, actor, clusters, consent, decision, policy, prev, purpose, req, seq, sub, t, v, what } =
    record
  const { id, kind, role } = actor
  return Buffer.from(
    JSON.stringify({
      accounts,
      actor: { id, kind, role },
      clusters,
      consent,
      decision,
      policy,
      prev,
      purpose,
      req,
      seq,
      sub,
      t,
      v,
      what,
    }),
  )
}

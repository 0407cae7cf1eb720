import * as z from 'zod/mini'
import { textOf } from './proof/bytes.ts'
import { NONCE_BYTES } from './proof/record.ts'
import { parseTlogProof } from './proof/tlog-proof.ts'
import { Refused } from './proof/why.ts'

/** What a `guichet.shred/1` leaf commits to: that a key was destroyed, whose kind it was, and when. `name` is a pseudonym. */
const shredShape = z.object({
  v: z.literal('guichet.shred/1'),
  kind: z.enum(['person', 'link', 'bank']),
  name: z.string(),
  time: z.iso.datetime(),
})

export type Shred = z.infer<typeof shredShape>

/** The shredding that a proof file claims to be about, not proven yet; null when it is about something else. */
export function claimedShred(proofText: string): Shred | null {
  try {
    const { extra } = parseTlogProof(proofText)
    const shaped = shredShape.safeParse(JSON.parse(textOf(extra!.subarray(NONCE_BYTES))))
    return shaped.success ? shaped.data : null
  } catch (error) {
    // No proof file, no payload, or not JSON: then it is no shredding either, and what it is says so itself.
    if (error instanceof Refused || error instanceof SyntaxError || error instanceof TypeError) return null
    throw error
  }
}

import { Private } from '#kit'
import type { LineChoice, Loan } from '#vault'
import { reveal } from '../kit/reveal.ts'
import { readWorthKnowing } from './accounts.ts'
import type { Finding, WorthKind } from './worth-knowing.ts'

// This file unwraps one thing: whether there is something to say, and until when it waits. What it is stays wrapped.

/** What a look at one link is about: the kinds its person wants, and what was told before. */
export type WorthScene = {
  now: number
  timeZone: string
  wanted: ReadonlySet<WorthKind>
  told: ReadonlySet<string>
  /** When the hours end in which the person wants no line about a card; null when it is not then. */
  quietUntil(choices: readonly LineChoice[], card: string | null): number | null
}

/** One thing to say now, the most pressing; or until when what there is has to wait. */
export async function readWorthDue(
  loan: Loan<'worth-knowing'>,
  scene: WorthScene,
): Promise<{ finding: Private<Finding> | null; waitsUntil: number | null }> {
  const { wanted, told, quietUntil } = scene
  const read = await Private.together([readWorthKnowing(loan, wanted, scene), loan.lineChoices()])
  const due = read.map(([findings, choices]) => {
    const fresh = findings
      .filter(({ about }) => !told.has(about))
      .map((finding) => ({ finding, waitsUntil: quietUntil(choices, finding.card) }))
    const ends = fresh.flatMap(({ waitsUntil }) => waitsUntil ?? [])
    return {
      finding: fresh.find(({ waitsUntil }) => waitsUntil === null)?.finding ?? null,
      waitsUntil: ends.length > 0 ? Math.min(...ends) : null,
    }
  })
  const { isEmpty, waitsUntil } = reveal(
    due.map(({ finding, waitsUntil }) => ({ isEmpty: finding === null, waitsUntil })),
  )
  return { finding: isEmpty ? null : due.map(({ finding }) => finding!), waitsUntil }
}

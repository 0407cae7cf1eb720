import type { AccessLog } from '#accesslog'
import type { Act, Consents } from '#consent'
import type { Private, Sql } from '#kit'
import type { People } from '#people'
import { reveal } from '../kit/reveal.ts'
import type { Comings } from './comings.ts'
import type { Diary } from './diary.ts'
import type { Gate } from './gate.ts'
import type { Actor, Loan } from './loan.ts'

/** Daily heads in a copy: a link lasts a year at most, and is renewed. */
const DAYS_OF_HEADS = 400

/** Everything held about one person, as plain JSON: the file a person downloads, but for what other rooms add. */
export type OwnCopy = {
  /** The signed note that every proof below is under. */
  checkpoint: string
  person: string
  banks: {
    bank: string
    link: string
    state: string
    since: string
    data: Awaited<ReturnType<typeof collect>> | null
  }[]
  receipts: {
    id: string
    bank: string
    purpose: string
    state: string
    jws: string
    /** That the consent was logged when it was given. */
    proof?: string
  }[]
  reads: { bank: string; seq: number; proof: string }[]
  /** How many reads there were on each day that ended, so that an end cut off shows. */
  heads: { bank: string; proof: string }[]
}

/**
 * A person's own copy. Each live link gets a one-time `own-copy` consent, created by the person's request and used up by
 * it, so that this read too passes the gate and is in the log.
 */
export function createOwnCopy(needs: {
  sql: Sql
  gate: Gate
  comings: Comings
  diary: Diary
  consents: Consents
  people: People
  log: AccessLog
}) {
  const { sql, gate, comings, diary, consents, people, log } = needs

  return async function ownCopy(personId: string, actor: Actor, act: Act): Promise<OwnCopy> {
    const links = await people.links(sql, personId)
    const banks: OwnCopy['banks'] = []
    for (const link of links) {
      const about = {
        bank: link.bankId,
        link: link.id,
        state: link.state,
        since: new Date(link.createdAt).toISOString(),
      }
      if (link.state !== 'linked') {
        banks.push({ ...about, data: null })
        continue
      }
      await comings.grantOnce(link.id, 'own-copy', act)
      const opened = await gate.open(
        { personId, purpose: 'own-copy', actor, what: 'own-copy', linkIds: [link.id] },
        collect,
      )
      if (!opened.ok) throw new Error(`a grant just made was refused: ${opened.why}`)
      banks.push({ ...about, data: opened.value })
    }
    // The copy's own reads are in it too, so its proofs wait for the checkpoint that covers them.
    const checkpoint = await log.checkpoint()
    const receipts: OwnCopy['receipts'] = []
    for (const grant of await consents.of(sql, personId)) {
      const receipt = Buffer.from(grant.receipt)
      const proof = await log.statementProofOf(grant.leafIndex, grant.leafNonce, receipt, checkpoint)
      receipts.push({
        id: grant.id,
        bank: grant.bankId,
        purpose: grant.purpose,
        state: grant.state,
        jws: grant.receipt,
        ...(proof === null ? {} : { proof }),
      })
    }
    return {
      checkpoint,
      person: personId,
      banks,
      receipts,
      reads: await proofs(personId, checkpoint),
      heads: await heads(personId, checkpoint),
    }
  }

  async function heads(personId: string, checkpoint: string): Promise<OwnCopy['heads']> {
    const found: OwnCopy['heads'] = []
    for (const link of await people.links(sql, personId)) {
      if (link.state !== 'linked') continue
      for (const day of await log.headDays(link.id, DAYS_OF_HEADS)) {
        const proof = await log.headProofOf(link.id, day, checkpoint)
        if (proof !== null) found.push({ bank: link.bankId, proof })
      }
    }
    return found
  }

  async function proofs(personId: string, checkpoint: string): Promise<OwnCopy['reads']> {
    const reads: OwnCopy['reads'] = []
    for (const link of await people.links(sql, personId)) {
      if (link.state !== 'linked') continue
      const { count } = await log.head(link.id)
      for (let seq = 1; seq <= count; seq++) {
        const proof = await diary.proof(personId, link.id, seq, checkpoint)
        // What is read while the copy is made comes after its checkpoint, and is in the next copy.
        if (proof === null) break
        reads.push({ bank: link.bankId, seq, proof })
      }
    }
    return reads
  }
}

async function collect(loan: Loan<'own-copy'>) {
  const plain = async <T>(read: () => Promise<Private<T>>) => reveal(await read())
  return {
    accounts: await plain(loan.accounts),
    balances: await plain(loan.balances),
    transactions: await plain(loan.transactions),
    fraudCases: await plain(loan.cases),
    knownMerchants: await plain(loan.knownGood),
    paymentLabels: await plain(loan.labels),
    paymentScores: await plain(loan.scores),
    lineChoices: await plain(loan.lineChoices),
    snoozedRules: await plain(loan.snoozes),
    offers: await plain(loan.offerStates),
  }
}

import assert from 'node:assert/strict'
import type { Doubt } from '#fraud'
import { createSql, Private } from '#kit'
import type { FraudCase, Loan, PaymentScore, Transaction } from '#vault'
import { openFraudRoom } from '../../tests/fixtures/fraud-room.ts'
import { movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { reveal } from '../kit/reveal.ts'
import type { DisputeOutcome, Flagged } from './bank-word.ts'
import { NOON, ordinaryLife } from './everyday.fixture.ts'

export type Person = { personId: string; linkId: string }
export type FraudLoan = Loan<'fraud-alerts'>

type Batch = {
  /** Those of the payments that are to be judged; all of them when it is not said. */
  authorised?: Transaction[]
  flagged?: Flagged[]
  outcomes?: DisputeOutcome[]
  /** Has the commit fail after the scoring. */
  fails?: boolean
}

type HeardPlain = {
  isDoubted: boolean
  caseId: string | null
  fraudCase: FraudCase | null
  doubt: Doubt | null
}

/** Fraud rooms over a vault of their own, with what the intake does around them. */
export async function openFraudHouse() {
  const clock = movableClock(NOON)
  const rooms = await openRooms({ clock })
  const owner = createSql({ url: rooms.database.url, connectionsMax: 1, application: 'test' })

  const open = (linkId: string, use: (loan: FraudLoan) => Promise<unknown>, personId: string) =>
    rooms.vault.open(
      {
        personId,
        purpose: 'fraud-alerts',
        actor: { kind: 'service', id: 'bank-intake', role: 'bank-intake' },
        what: 'check-payment',
        linkIds: [linkId],
      },
      use,
    )

  function startFraud() {
    const reads = { whole: 0 }
    const room = openFraudRoom({ clock, people: rooms.people })

    /** Keeps a batch of payments and has it scored, in one commit. */
    async function receive(
      { personId, linkId }: Person,
      batch: Transaction[],
      { authorised = batch, flagged = [], outcomes = [], fails = false }: Batch = {},
    ): Promise<ReadonlyMap<string, PaymentScore>> {
      let settle = (_committed: boolean) => {}
      let scores: ReadonlyMap<string, PaymentScore> = new Map()
      const committed = await open(
        linkId,
        async (loan) => {
          const counted = Object.create(loan, {
            transactions: {
              value: (span: never) => {
                reads.whole++
                return loan.transactions(span)
              },
            },
          }) as FraudLoan
          const entry = {
            personId,
            linkId,
            bankId: 'chase',
            get version() {
              return Number(loan.version.split(':').at(-1))
            },
            loan: async () => counted,
          }
          const news = {
            entry,
            told: new Private(batch),
            fresh: new Private(authorised),
            flagged: new Private(flagged),
            outcomes: new Private(outcomes),
          }
          const scored = await room.score(loan.tx, [news])
          settle = scored.settle
          scores = reveal(scored.scores)
          await loan.keep('transaction', batch)
          await loan.keep('payment-score', [...scores.values()])
          if (fails) throw new Error('the commit failed')
        },
        personId,
      ).then(
        () => true,
        (error: Error) => {
          if (!fails) throw error
          return false
        },
      )
      settle(committed)
      return scores
    }

    async function inLoan<T>({ personId, linkId }: Person, use: (loan: FraudLoan) => Promise<T>): Promise<T> {
      const opened = await open(linkId, use, personId)
      assert.ok(opened.ok)
      return opened.value as T
    }

    const heard = async (
      person: Person,
      use: (loan: FraudLoan) => ReturnType<typeof room.answer>,
    ): Promise<HeardPlain> =>
      await inLoan(person, async (loan) => {
        const { told, ...rest } = await use(loan)
        return { ...rest, ...reveal(told) }
      })

    const sure = { sure: true }
    return {
      reads,
      room,
      receive,
      inLoan,
      cases: (person: Person) => inLoan(person, async (loan) => reveal(await loan.cases())),
      labels: (person: Person) => inLoan(person, async (loan) => reveal(await loan.labels())),
      /** What somebody who is sure of it says. */
      answer: async (person: Person, caseId: string, said: 'was-me' | 'not-me'): Promise<FraudCase> =>
        (await heard(person, (loan) => room.answer(loan, caseId, { said, ...sure }))).fraudCase!,
      /** What somebody says at first. */
      sayNotMe: (person: Person, caseId: string) =>
        heard(person, (loan) => room.answer(loan, caseId, { said: 'not-me', sure: false })),
      report: (person: Person, transactionId: string, given = sure) =>
        heard(person, (loan) => room.report(loan, transactionId, given)),
      mark: (person: Person, caseId: string, transactionIds: string[]) =>
        heard(person, (loan) => room.mark(loan, caseId, transactionIds)),
      recent: (person: Person, caseId: string) =>
        inLoan(person, async (loan) => reveal(await room.recent(loan, caseId))),
      snooze: (person: Person, caseId: string) => inLoan(person, (loan) => room.snooze(loan, caseId)),
      escalate: (person: Person, caseId: string) => inLoan(person, (loan) => room.escalate(loan, caseId)),
      /** What would go to the bank now; null when there is nothing, or it is not time. */
      disputeDue: (person: Person, caseId: string) =>
        inLoan(person, async (loan) => {
          const way = await room.disputeOnItsWay(loan, caseId)
          return way && 'dispute' in way && way.dispute ? reveal(way.dispute) : null
        }),
      disputeWaits: (person: Person, caseId: string) =>
        inLoan(person, async (loan) => {
          const way = await room.disputeOnItsWay(loan, caseId)
          return way && 'waitsUntil' in way ? way.waitsUntil : null
        }),
      markBlocked: (person: Person, caseId: string, at: number) =>
        inLoan(person, async (loan) => reveal(await room.markBlocked(loan, caseId, at))),
      markReleased: (person: Person, caseId: string, at: number) =>
        inLoan(person, async (loan) => reveal(await room.markReleased(loan, caseId, at))),
      markDisputeSent: (person: Person, caseId: string, bankDisputeId: string) =>
        inLoan(person, async (loan) =>
          reveal(await room.markDisputeSent(loan, caseId, { at: clock.now(), bankDisputeId })),
        ),
    }
  }

  async function somebody(history = ordinaryLife(1)): Promise<Person> {
    const { personId, linkId } = await rooms.linkPerson(['fraud-alerts'])
    await open(linkId, (loan) => loan.keep('transaction', history), personId)
    return { personId, linkId }
  }

  /** The cases that were announced about somebody, in order. */
  async function announced({ linkId }: Person, name = 'case-raised'): Promise<string[]> {
    const rows = await owner.query<{ caseId: string }>(
      `select payload ->> 'caseId' as "caseId" from graphile_worker._private_jobs as job
       join graphile_worker._private_tasks as task on task.id = job.task_id
       where payload ->> 'linkId' = $1 and task.identifier = $2 order by job.id`,
      [linkId, name],
    )
    return rows.map((row) => row.caseId)
  }

  return {
    clock,
    rooms,
    owner,
    open,
    startFraud,
    somebody,
    announced,
    async close() {
      await owner.end()
      await rooms.close()
    },
  }
}

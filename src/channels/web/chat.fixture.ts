import { type BankOrder, createConversation, type OrderDone } from '#conversation'
import type { Presence, PullState, Refreshed } from '#intake'
import { currency, DAY, type Fault, money, type Private, systemRandom } from '#kit'
import { createOffers, type OfferFile } from '#offers'
import type { Connection, FraudCase, Transaction } from '#vault'
import { openFraudRoom } from '../../../tests/fixtures/fraud-room.ts'
import { CHAT, movableClock, openRooms, payment } from '../../../tests/fixtures/rooms.ts'
import { reveal } from '../../kit/reveal.ts'
import { createChat } from './chat.ts'
import { createHumanDesk } from './human-desk.ts'

export const ENGLISH = { locale: 'en', timeZone: 'Europe/London' } as const
export const FRENCH = { locale: 'fr', timeZone: 'Europe/Paris' } as const
export const NOW = Date.UTC(2026, 10, 23, 14, 5)

const BANKS = [
  { id: 'chase', name: 'Chase', country: 'US', supportPhone: '+1 800 555 0100' },
  { id: 'citi', name: 'Citi', country: 'US', supportPhone: null },
]

const OFFERS: OfferFile[] = [
  {
    bankId: 'chase',
    offers: [
      {
        id: 'saver',
        title: { en: 'A savings account', fr: 'Un compte épargne' },
        body: { en: 'Interest every month.', fr: 'Des intérêts chaque mois.' },
        reason: { en: 'You have no savings account here.', fr: 'Vous n’avez pas de compte épargne ici.' },
        when: { all: [{ fact: 'hasSavings', is: false }] },
        from: '2026-01-01T00:00:00Z',
        to: '2027-01-01T00:00:00Z',
      },
    ],
  },
]

type OrderOf<K, O = BankOrder> = O extends { kind: infer Kinds } ? (K extends Kinds ? O : never) : never

/** A bank’s card control: remembers orders by their key, and can be made to fail. */
export function createDesk(now: () => number) {
  const done = new Map<string, { answer: OrderDone; order: BankOrder }>()
  const desk = {
    done,
    calls: 0,
    fails: null as Fault | null,
    renews: false,
    /** The orders of one kind, in the order in which they were first sent. */
    orders<K extends BankOrder['kind']>(kind: K) {
      return [...done.values()].flatMap(({ order }) => (order.kind === kind ? [order as OrderOf<K>] : []))
    },
    async refresh(_: string, connection: Private<Connection>) {
      return {
        connection: connection.map((old) => (desk.renews ? { ...old, refreshToken: 'renewed' } : old)),
        renewed: desk.renews,
      }
    },
    async carryOut(_: string, _connection: Private<Connection>, order: Private<BankOrder>, key: string) {
      desk.calls++
      if (desk.fails) throw desk.fails
      const known = done.get(key)
      if (known) return known.answer
      const answer = { at: now(), reference: `R-${done.size + 1}`, expectedBy: now() + 5 * DAY }
      done.set(key, { answer, order: reveal(order) })
      return answer
    },
  }
  return desk
}

/** The house from the chat down to the database, with a bank that can be down and a blocker that can fail. */
export async function openChat() {
  const clock = movableClock(NOW)
  const rooms = await openRooms({ clock })
  const down = new Map<string, number>()
  const desk = createDesk(() => clock.now())
  const { vault, people, consents } = rooms
  const sql = rooms.sql.rooms
  const fraud = openFraudRoom({ clock, people })
  /** What the pulls say, as far as the chat is told. */
  const pulling = {
    refreshed: [] as Refreshed[],
    fails: null as Fault | null,
    states: [] as PullState[],
    /** Who was there at each refresh. */
    present: [] as (Presence | undefined)[],
  }
  /** Banks whose people answer here. */
  const staffed = new Set<string>()
  const conversation = createConversation({
    vault,
    people,
    consents,
    sql,
    offers: createOffers({ files: OFFERS, clock }),
    cases: fraud,
    banks: {
      list: () => BANKS,
      find: (id) => BANKS.find((bank) => bank.id === id) ?? null,
      downSince: async (id) => down.get(id) ?? null,
    },
    pulls: {
      async refresh(_linkIds, present) {
        pulling.present.push(present)
        if (pulling.fails) throw pulling.fails
        return pulling.refreshed
      },
      statesOf: async () => pulling.states,
    },
    humans: createHumanDesk(sql, async (bankIds) => bankIds.filter((id) => staffed.has(id))),
    clock,
    random: systemRandom,
  })
  /** Whether banks send more than is taken at once, as far as the chat is told. */
  const flood = { pours: false, takesMs: 0, taken: Promise.resolve() }
  const chat = createChat({
    vault,
    people,
    conversation,
    desk,
    sql,
    clock,
    random: systemRandom,
    traffic: {
      isPouring() {
        clock.advance(flood.takesMs)
        return flood.pours
      },
      whenTaken: () => flood.taken,
    },
  })

  /** A person with a current account and payments, linked for `purposes`. */
  async function amina(purposes: Parameters<typeof rooms.linkPerson>[0], bankId = 'chase') {
    const person = await rooms.linkPerson(purposes, bankId)
    await keepHistory(person, purposes, bankId)
    return person
  }

  /** The same person with an account at a second bank. */
  async function linkAlso(personId: string, subject: string): Promise<string> {
    const purposes = ['account-view', 'fraud-alerts'] as const
    const { link } = await vault.admit({
      personId,
      bankId: 'citi',
      bankName: 'Citi',
      subject,
      purposes: [...purposes],
      connection: {
        accessToken: 'access',
        accessTokenExpiresAt: clock.now() + 60_000,
        refreshToken: 'refresh',
        dpopJwk: {},
        bankConsentId: 'consent',
        subject,
      },
      act: { locale: 'en', via: 'bank-consent-page' },
    })
    await keepHistory({ personId, linkId: link.id }, purposes, 'citi')
    return link.id
  }

  async function keepHistory(
    { personId, linkId }: { personId: string; linkId: string },
    purposes: readonly Parameters<typeof rooms.linkPerson>[0][number][],
    bankId: string,
  ) {
    const ask = {
      personId,
      purpose: purposes[0] as 'account-view',
      actor: CHAT,
      what: 'keep-history',
      linkIds: [linkId],
    }
    const [link] = await people.linksById(sql, [linkId])
    await vault.open(ask, async (loan) => {
      const id = await people.accountId(loan.tx, link!, 'bank-account-1')
      await loan.keep('account', [
        {
          id,
          bankId,
          bankAccountId: 'bank-account-1',
          name: 'Everyday',
          kind: 'checking',
          numberDisplay: '0042',
          currency: currency('GBP'),
          status: 'open',
        },
      ])
      const current = money(123_456, 'GBP')
      await loan.keep('balance', [{ id, current, available: null, creditLine: null, asOf: NOW - 60_000 }])
      await loan.keep('transaction', [
        payment({ id: `tesco-${linkId}`, accountId: id, at: Date.UTC(2026, 9, 12) }),
        payment({
          id: `odd-${linkId}`,
          accountId: id,
          at: NOW - 5_000,
          status: 'pending',
          postedAt: null,
          amount: money(-77_777, 'GBP'),
          descriptor: '<img src=x onerror=alert(1)>',
          mcc: '5732',
          country: 'FR',
          city: 'PARIS',
        }),
      ])
    })
  }

  /** Keeps more payments of somebody's account. */
  async function keepPayments(
    { personId, linkId }: { personId: string; linkId: string },
    payments: readonly Transaction[],
  ) {
    await vault.open(
      { personId, purpose: 'fraud-alerts', actor: CHAT, what: 'keep-history', linkIds: [linkId] },
      async (loan) => {
        const [account] = reveal(await loan.accounts())
        await loan.keep(
          'transaction',
          payments.map((one) => ({ ...one, accountId: account!.id })),
        )
      },
    )
  }

  /** Opens a fraud case about the odd payment, as the scorer does. */
  async function raiseCase(person: { personId: string; linkId: string }, over: Partial<FraudCase> = {}) {
    const { personId, linkId } = person
    const caseId = `case_${linkId}`
    const opened = await vault.open(
      { personId, purpose: 'fraud-alerts', actor: CHAT, what: 'check-payment', linkIds: [linkId] },
      async (loan) => {
        const accountId = reveal(await loan.accounts())[0]!.id
        const fraudCase: FraudCase = {
          id: caseId,
          number: 'G-7K4M-2Q',
          transactionId: `odd-${linkId}`,
          attachedTransactionIds: [],
          accountId,
          openedAt: clock.now(),
          state: 'asked',
          answeredAt: null,
          reasons: [{ code: 'country-new', values: { country: 'FR' } }],
          cardBlockedAt: null,
          ...over,
        }
        await loan.keep('fraud-case', [fraudCase])
      },
    )
    if (!opened.ok) throw new Error(opened.why)
    return caseId
  }

  const casesOf = async (person: { personId: string; linkId: string }) => {
    const opened = await vault.open(
      {
        personId: person.personId,
        purpose: 'fraud-alerts',
        actor: CHAT,
        what: 'tell-case',
        linkIds: [person.linkId],
      },
      async (loan) => reveal(await loan.cases()),
    )
    return opened.ok ? opened.value : []
  }
  const caseOf = async (person: { personId: string; linkId: string }) => (await casesOf(person))[0]

  /** Answers the person's case as another message of theirs would. */
  const fraudAnswer = (
    { personId, linkId }: { personId: string; linkId: string },
    said: 'was-me' | 'not-me',
  ) =>
    vault.open(
      { personId, purpose: 'fraud-alerts', actor: CHAT, what: 'answer-case', linkIds: [linkId] },
      async (loan) => {
        await fraud.answer(loan, `case_${linkId}`, { said, sure: true })
      },
    )

  const all = (personId: string, locale: 'en' | 'fr' = 'en') => chat.history(personId, { limit: 50, locale })

  return {
    ...rooms,
    chat,
    fraud,
    desk,
    flood,
    down,
    pulling,
    staffed,
    clock,
    amina,
    linkAlso,
    keepPayments,
    raiseCase,
    casesOf,
    caseOf,
    fraudAnswer,
    all,
  }
}

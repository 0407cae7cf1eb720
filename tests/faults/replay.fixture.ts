import { type BankEvent, type BankReader, createIntake, createQuarantine, createSync } from '#intake'
import { currency, DAY, Fault, HOUR, MINUTE, type Money, money, Private, seeded } from '#kit'
import type { Transaction } from '#vault'
import { drawPostingDays, postingInstant } from '../../sim/customers/posting-delay.ts'
import { reveal } from '../../src/kit/reveal.ts'
import { CHAT, movableClock, openRooms } from '../fixtures/rooms.ts'

/** A real card payment: its day, what was billed in pence (negative is a refund), the merchant’s words, its card. */
export type ReplayRow = { date: string; billedMinor: number; descriptor: string; card: string }

export type ReplayReport = {
  rows: number
  people: number
  accounts: number
  events: number
  /** Injected: events sent twice, never, a week late, in another order; pages left out or repeated in a pull. */
  injected: { duplicates: number; lost: number; late: number; spoiltReadings: number }
  pulls: number
  refusedPulls: number
  /** What is kept and should not be, is missing, or says something else; and accounts whose balance is not the bank’s. */
  duplicates: number
  ghosts: number
  missing: number
  wrong: number
  wrongBalances: number
}

/** How often each thing goes wrong, of 1; `letGo` and `tipped` of the holds: without a payment, or with another amount. */
export type Trouble = {
  duplicate: number
  lost: number
  late: number
  spoiltReading: number
  letGo: number
  tipped: number
}

const WEEK = 7 * DAY
const PAGE = 20
const EVENTS_PER_MESSAGE = 500
/** More would be turned away: a bank waits for its answers. */
const MESSAGES_AT_ONCE = 16
const PULL_EVERY_WEEKS = 4
const OVERLAP_DAYS = 10
const START = Date.UTC(2026, 0, 5)

type BankRow = {
  id: string
  reference: string | null
  at: number
  postedAt: number | null
  amount: Money
  descriptor: string
}
type Account = { bankAccountId: string; card: string; rows: Map<string, BankRow>; sequence: number }
type Step = { at: number; account: Account; do: () => void }

/**
 * Lives the rows again, week by week: each is authorised on its day and posted after a delay as measured, told by push and by
 * pull, with faults drawn from the seed. In the end what is kept is compared with the bank’s books, id by id.
 */
export async function replay(
  rows: readonly ReplayRow[],
  options: {
    seed: number
    weeks: number
    accountsPerPerson: number
    trouble: Trouble
    say?: (line: string) => void
  },
): Promise<ReplayReport> {
  const { seed, weeks, accountsPerPerson, trouble, say = () => {} } = options
  const chance = seeded(seed)
  const clock = movableClock(START)
  const rooms = await openRooms({ clock })
  const injected = { duplicates: 0, lost: 0, late: 0, spoiltReadings: 0 }
  const report: ReplayReport = {
    rows: rows.length,
    people: 0,
    accounts: 0,
    events: 0,
    injected,
    pulls: 0,
    refusedPulls: 0,
    duplicates: 0,
    ghosts: 0,
    missing: 0,
    wrong: 0,
    wrongBalances: 0,
  }
  try {
    const accounts = new Map<string, Account>()
    for (const { card } of rows)
      if (!accounts.has(card))
        accounts.set(card, {
          bankAccountId: `card-${card}-${accounts.size}`,
          card,
          rows: new Map(),
          sequence: 0,
        })
    report.accounts = accounts.size

    let outbox: BankEvent[] = []
    let ids = 0
    const nextId = (kind: string) => `${kind}-${++ids}`
    const tell = (account: Account, at: number, event: Record<string, unknown>) => {
      account.sequence++
      const { bankAccountId, sequence } = account
      const id = `${bankAccountId}-${sequence}`
      outbox.push({ id, bankId: 'chase', bankAccountId, sequence, at, ...event } as BankEvent)
    }
    const paymentOf = ({ id, reference, amount, descriptor }: BankRow, { card }: Account) => ({
      bankTransactionId: id,
      referenceTransactionId: reference,
      amount,
      foreign: null,
      descriptor,
      mcc: null,
      country: null,
      city: null,
      latitude: null,
      longitude: null,
      entryMode: null,
      cardNumberDisplay: card.slice(-4),
      terminalId: null,
    })
    const tellBalance = (account: Account, at: number) =>
      tell(account, at, {
        type: 'balance',
        current: money(bookedSum(account), 'GBP'),
        available: null,
        creditLine: null,
      })

    const steps: Step[] = []
    const first = rows.reduce((least, { date }) => (date < least ? date : least), rows[0]!.date)
    for (const { date, billedMinor, descriptor, card } of rows) {
      const account = accounts.get(card)!
      // Weekdays stay, and years are laid over each other: no loan looks back further than two of them.
      const day = (Date.parse(date) - Date.parse(first)) % (weeks * WEEK)
      const at = START + day + 8 * HOUR + Math.floor(chance() * 12 * 60) * MINUTE
      const postedAt = postingInstant(at, drawPostingDays(chance), chance)
      const amount = money(billedMinor === 0 ? 0 : -billedMinor, 'GBP')
      const post = (reference: string | null) => {
        if (reference !== null) account.rows.delete(reference)
        const row = { id: nextId('post'), reference, at, postedAt, amount, descriptor }
        account.rows.set(row.id, row)
        tell(account, postedAt, { type: 'posted', payment: paymentOf(row, account) })
        tellBalance(account, postedAt)
      }
      if (billedMinor <= 0) {
        steps.push({ at: postedAt, account, do: () => post(null) })
        continue
      }
      const tip = chance() < trouble.tipped ? Math.ceil(billedMinor / 10) : 0
      const held = {
        amount: money(amount.amountMinor + tip, 'GBP'),
        descriptor,
        reference: null,
        postedAt: null,
      }
      const hold: BankRow = { id: nextId('auth'), at, ...held }
      const authorise = (row: BankRow) => {
        account.rows.set(row.id, row)
        tell(account, row.at, { type: 'authorised', payment: paymentOf(row, account) })
      }
      steps.push({ at, account, do: () => authorise(hold) })
      steps.push({ at: postedAt, account, do: () => post(hold.id) })
      if (chance() >= trouble.letGo) continue
      const never: BankRow = { ...hold, id: nextId('auth'), at: at + MINUTE }
      steps.push({ at: never.at, account, do: () => authorise(never) })
      steps.push({
        at: at + 5 * DAY,
        account,
        do: () => {
          account.rows.delete(never.id)
          const about = { bankTransactionId: nextId('end'), referenceTransactionId: never.id }
          tell(account, at + 5 * DAY, { type: 'released', ...about })
        },
      })
    }
    steps.sort((a, b) => a.at - b.at)

    const people: { personId: string; linkId: string; accounts: Account[]; pulledAt: number }[] = []
    const reader = readerOf(
      (subject) => people[Number(subject)]!.accounts,
      clock.now,
      (pages) => {
        if (pages.length < 2 || chance() >= trouble.spoiltReading) return pages
        injected.spoiltReadings++
        const which = Math.floor(chance() * pages.length)
        return chance() < 0.5 ? pages.filter((_, i) => i !== which) : [...pages, pages[which]!]
      },
    )
    const { sql, vault } = rooms
    const intake = createIntake({
      sql: sql.rooms,
      vault,
      people: rooms.people,
      score: async () => ({ scores: new Private(new Map()), settle() {} }),
      contentKey: Buffer.alloc(32, 5),
      clock,
    })
    const quarantine = createQuarantine({ sql: sql.rooms, clock })
    const pull = createSync({ vault, people: rooms.people, reader, quarantine, clock })

    const all = [...accounts.values()]
    for (let i = 0; i < all.length; i += accountsPerPerson) {
      const own = all.slice(i, i + accountsPerPerson)
      const { personId, linkId } = await rooms.linkPerson(['account-view'], 'chase', String(people.length))
      const [link] = await rooms.people.links(sql.rooms, personId)
      await sql.rooms.transaction(async (tx) => {
        for (const { bankAccountId } of own) await rooms.people.accountId(tx, link!, bankAccountId)
      })
      people.push({ personId, linkId, accounts: own, pulledAt: clock.now() })
    }
    report.people = people.length

    const pullOne = async (person: (typeof people)[number]) => {
      const days = Math.ceil((clock.now() - person.pulledAt) / DAY) + OVERLAP_DAYS
      report.pulls++
      try {
        const pulled = await pull({ personId: person.personId, linkId: person.linkId, days, actor: CHAT })
        if (!pulled.ok) throw new Error(`a pull was refused: ${pulled.why}`)
        person.pulledAt = clock.now()
        return true
      } catch (error) {
        if (!(error instanceof Fault && error.code === 'bank-answer-unsteady')) throw error
        report.refusedPulls++
        return false
      }
    }

    let late: BankEvent[] = []
    const send = async (events: BankEvent[]) => {
      shuffle(events, chance)
      const messages: BankEvent[][] = []
      for (let i = 0; i < events.length; i += EVENTS_PER_MESSAGE)
        messages.push(events.slice(i, i + EVENTS_PER_MESSAGE))
      report.events += events.length
      for (let i = 0; i < messages.length; i += MESSAGES_AT_ONCE)
        await Promise.all(
          messages.slice(i, i + MESSAGES_AT_ONCE).map((message) => intake.receive('chase', message)),
        )
    }

    let next = 0
    for (let week = 0; week < weeks + 2; week++) {
      const until = START + (week + 1) * WEEK
      while (next < steps.length && steps[next]!.at < until) steps[next++]!.do()
      clock.advance(until - clock.now())
      const events = outbox
      outbox = []
      const due = [...late]
      late = []
      for (const event of events) {
        const luck = chance()
        if (luck < trouble.lost) injected.lost++
        else if (luck < trouble.lost + trouble.late) {
          injected.late++
          late.push(event)
        } else {
          due.push(event)
          if (luck < trouble.lost + trouble.late + trouble.duplicate) {
            injected.duplicates++
            // Half under its own id, half told anew as another event.
            due.push(chance() < 0.5 ? event : { ...event, id: `${event.id}-again` })
          }
        }
      }
      const pulledNow = people.filter((_, i) => (i + week) % PULL_EVERY_WEEKS === 0)
      if (week % 2 === 0) await send(due)
      for (const person of pulledNow) await pullOne(person)
      if (week % 2 === 1) await send(due)
      if (week % 5 === 4) say(`replay: week ${week + 1} of ${weeks + 2}, ${report.events} events`)
    }
    await send(late)
    clock.advance(3 * DAY)
    for (const person of people)
      for (let attempt = 0; !(await pullOne(person)); attempt++)
        if (attempt === 20) throw new Error('a bank was never steady')

    for (const person of people) {
      const opened = await vault.open(
        { personId: person.personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' },
        async (loan) => ({
          kept: reveal(await loan.transactions()),
          balances: reveal(await loan.balances()),
          accounts: reveal(await loan.accounts()),
        }),
      )
      if (!opened.ok) throw new Error('what is kept could not be read')
      const { kept, balances } = opened.value
      for (const { id, bankAccountId } of opened.value.accounts) {
        const account = person.accounts.find((one) => one.bankAccountId === bankAccountId)!
        const balance = balances.find((one) => one.id === id)
        if (balance?.current.amountMinor !== bookedSum(account)) report.wrongBalances++
        compare(
          account,
          kept.filter(
            ({ accountId, status }) => accountId === id && (status === 'pending' || status === 'posted'),
          ),
          report,
        )
      }
    }
    return report
  } finally {
    await rooms.close()
  }
}

const bookedSum = ({ rows }: Account): number => {
  let sum = 0
  for (const { postedAt, amount } of rows.values()) if (postedAt !== null) sum += amount.amountMinor
  return sum
}

/** Counts how what is kept of an account differs from the bank’s books. */
function compare(account: Account, kept: readonly Transaction[], report: ReplayReport): void {
  const found = new Map<string, Transaction[]>()
  for (const transaction of kept) {
    const id = transaction.bankTransactionIds.findLast((one) => account.rows.has(one))
    if (id === undefined) report.ghosts++
    else found.set(id, [...(found.get(id) ?? []), transaction])
  }
  for (const row of account.rows.values()) {
    const [one, ...more] = found.get(row.id) ?? []
    report.duplicates += more.length
    if (!one) report.missing++
    else if (
      one.amount.amountMinor !== row.amount.amountMinor ||
      one.postedAt !== row.postedAt ||
      (one.status === 'posted') !== (row.postedAt !== null)
    )
      report.wrong++
  }
}

/** A bank that lists its books page by page; `spoil` may leave a page out or bring it again. */
function readerOf(
  accountsOf: (subject: string) => readonly Account[],
  now: () => number,
  spoil: (pages: BankRow[][]) => BankRow[][],
): BankReader {
  return {
    refresh: async (_bankId, { id: _id, ...connection }) => ({ connection, renewed: false }),
    async readAccounts(_bankId, { subject }) {
      const own = accountsOf(subject)
      return {
        accounts: own.map(({ bankAccountId, card }) => ({
          bankAccountId,
          name: 'Purchasing card',
          kind: 'card' as const,
          numberDisplay: card.slice(-4),
          currency: currency('GBP'),
          status: 'open' as const,
        })),
        balances: own.map((account) => ({
          bankAccountId: account.bankAccountId,
          current: money(bookedSum(account), 'GBP'),
          available: null,
          creditLine: null,
          asOf: now(),
        })),
        refused: [],
      }
    },
    async *readTransactions(_bankId, { subject }, { bankAccountId }, span) {
      const account = accountsOf(subject).find((one) => one.bankAccountId === bankAccountId)!
      const listed = [...account.rows.values()].filter(
        ({ postedAt }) => postedAt === null || (postedAt >= span.from && postedAt <= span.to),
      )
      const pages: BankRow[][] = []
      for (let i = 0; i < listed.length; i += PAGE) pages.push(listed.slice(i, i + PAGE))
      for (const page of spoil(pages)) yield { rows: page.map((row) => asListed(row, account)), refused: [] }
    },
    listing: () => ({ pending: 'all', booked: 'all' }),
  }
}

const asListed = ({ id, reference, at, postedAt, amount, descriptor }: BankRow, { card }: Account) => ({
  bankTransactionIds: reference === null ? [id] : [reference, id],
  status: postedAt === null ? ('pending' as const) : ('posted' as const),
  at,
  postedAt,
  amount,
  foreign: null,
  descriptor,
  mcc: null,
  country: null,
  city: null,
  latitude: null,
  longitude: null,
  entryMode: null,
  cardNumberDisplay: card.slice(-4),
  terminalId: null,
})

/** Fisher and Yates. */
function shuffle<T>(list: T[], chance: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(chance() * (i + 1))
    ;[list[i], list[j]] = [list[j]!, list[i]!]
  }
}

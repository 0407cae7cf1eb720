import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createFraud } from '#fraud'
import { type BankEvent, createIntake } from '#intake'
import { DAY, HOUR, MINUTE, money, SECOND, seeded, systemRandom } from '#kit'
import type { FraudCase, PaymentLabel, PaymentScore, Transaction } from '#vault'
import { eventFile } from '../../sim/cards/index.ts'
import { CHAT, movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { reveal } from '../kit/reveal.ts'
import { NOON, ordinaryLife } from './everyday.fixture.ts'
import { readEventFile } from './features/event-file.ts'
import { createFeatureEngine, FEATURES, type FraudEvent } from './features/index.ts'
import type { FraudLoan } from './keeping.ts'
import { paymentsIn } from './memory.ts'
import { paymentOf } from './payment.ts'

const SEED = 20_261_126
const BATCHES = 120
const ZONE = 'Europe/London'

const clock = movableClock(NOON)
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

type Person = { personId: string; linkId: string; account: string }
type Known = {
  transactions: Transaction[]
  cases: FraudCase[]
  labels: PaymentLabel[]
  scores: PaymentScore[]
}

/** Guichet's own fraud room behind its intake, on PostgreSQL, and the log of what happened there as it happened. */
async function openLog() {
  const { sql, vault, people } = rooms
  const open = () => {
    const needs = {
      clock,
      random: systemRandom,
      people,
      homeCountryOf: () => 'GB',
      placeKey: Buffer.alloc(32, 7),
    }
    const room = createFraud(needs)
    const contentKey = Buffer.alloc(32, 3)
    return {
      room,
      intake: createIntake({ sql: sql.rooms, vault, people, score: room.score, contentKey, clock }),
    }
  }
  let live = open()
  const log: FraudEvent[] = []
  const noted = { seen: new Set<string>(), labels: new Set<string>(), asked: new Set<string>() }
  let sequence = 0

  async function inLoan<T>({ personId }: Person, use: (loan: FraudLoan) => Promise<T>): Promise<T> {
    const ask = { personId, purpose: 'fraud-alerts', actor: CHAT, what: 'check-payment' } as const
    const opened = await vault.open(ask, use)
    assert.ok(opened.ok)
    return opened.value
  }

  const read = (person: Person): Promise<Known> =>
    inLoan(person, async (loan) => ({
      transactions: reveal(await loan.transactions()),
      cases: reveal(await loan.cases()),
      labels: reveal(await loan.labels()),
      scores: reveal(await loan.scores()),
    }))

  async function somebody(seed: number): Promise<Person> {
    const { personId, linkId } = await rooms.linkPerson(['fraud-alerts'])
    const account = `account-${seed}`
    const [link] = await people.links(sql.rooms, personId)
    const accountId = await sql.rooms.transaction((tx) => people.accountId(tx, link!, account))
    const person = { personId, linkId, account }
    const life = ordinaryLife(seed, NOON, 90).map((one) => ({ ...one, accountId }))
    await inLoan(person, (loan) => loan.keep('transaction', life))
    for (const one of life) see(person, one)
    return person
  }

  function see({ linkId }: Person, transaction: Transaction): void {
    if (noted.seen.has(transaction.id)) return
    const payment = paymentOf(transaction, ZONE, undefined)
    if (!payment) return
    noted.seen.add(transaction.id)
    const { logAmount: _log, isMoneyless: _moneyless, standing: _standing, ...seen } = payment
    log.push({ kind: 'payment-seen', ...seen, holder: linkId, home: 'GB' })
  }

  function noteLabels(labels: readonly PaymentLabel[], which: (label: PaymentLabel) => boolean): void {
    for (const label of labels) {
      if (noted.labels.has(label.id) || !which(label)) continue
      noted.labels.add(label.id)
      const { transactionId, at, source } = label
      log.push({
        kind: 'label-learnt',
        paymentId: transactionId,
        label: label.label,
        source,
        at,
        report: label.caseId ?? null,
      })
      // What was taken back may be asked about again.
      if (label.label === 'unknown') noted.asked.delete(transactionId)
    }
  }

  function noteQuestions(cases: readonly FraudCase[], which: (id: string) => boolean): void {
    for (const one of cases)
      for (const id of paymentsIn(one)) {
        if (one.state !== 'asked' || noted.asked.has(id) || !which(id)) continue
        noted.asked.add(id)
        log.push({ kind: 'payment-questioned', paymentId: id, at: clock.now() })
      }
  }

  /** A batch of a bank's events about several people, each payment in it but once. */
  async function receive(events: readonly { person: Person; event: BankEventLess }[]): Promise<void> {
    const sent = events.map(({ person, event }) => ({
      ...event,
      id: `evt-${++sequence}`,
      bankId: 'chase',
      bankAccountId: person.account,
      sequence,
    })) as BankEvent[]
    const told = new Set((await live.intake.receive('chase', sent)) && sent.map(({ id }) => id))
    assert.equal(told.size, sent.length)
    // The links of a batch come in the order of their ids.
    const persons = [...new Set(events.map(({ person }) => person))].sort((a, b) =>
      a.linkId < b.linkId ? -1 : 1,
    )
    const knowns = new Map<Person, Known>()
    for (const person of persons) knowns.set(person, await read(person))
    for (const { labels } of knowns.values()) noteLabels(labels, ({ source }) => source !== 'person')
    for (const [person, { transactions, cases, labels }] of knowns) {
      const find = (id: string) =>
        transactions.find(({ bankTransactionIds }) => bankTransactionIds.includes(id))!
      const own = events.filter((one) => one.person === person).map(({ event }) => event)
      for (const event of own) {
        if (event.type === 'posted' || event.type === 'adjusted') {
          const one = find(event.payment.referenceTransactionId ?? event.payment.bankTransactionId)
          if (noted.seen.has(one.id)) {
            const amountMinor = Math.abs(event.payment.amount.amountMinor)
            log.push({
              kind: 'payment-changed',
              paymentId: one.id,
              at: event.at,
              change: event.type,
              amountMinor,
            })
          } else see(person, one)
        }
        if (event.type === 'released' || event.type === 'reversed') {
          const one = find(event.bankTransactionId)
          log.push({
            kind: 'payment-changed',
            paymentId: one.id,
            at: event.at,
            change: event.type,
            amountMinor: null,
          })
        }
      }
      const authorised = own
        .flatMap((event) => (event.type === 'authorised' ? [find(event.payment.bankTransactionId)] : []))
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      for (const one of authorised) {
        see(person, one)
        noteQuestions(cases, (id) => id === one.id)
        noteLabels(labels, ({ transactionId }) => transactionId === one.id)
      }
      noteQuestions(cases, () => true)
    }
  }

  /** Something that a person says, and what was learnt of it. */
  async function say(
    person: Person,
    words: (loan: FraudLoan, room: typeof live.room) => Promise<unknown>,
  ): Promise<void> {
    await inLoan(person, (loan) => words(loan, live.room))
    const { cases, labels } = await read(person)
    noteLabels(labels, () => true)
    noteQuestions(cases, () => true)
  }

  return {
    log,
    somebody,
    receive,
    say,
    read,
    restart() {
      live = open()
    },
  }
}

type BankEventLess =
  | {
      type: 'authorised' | 'adjusted' | 'posted'
      at: number
      payment: Extract<BankEvent, { type: 'declined' }>['payment']
    }
  | { type: 'released' | 'reversed'; at: number; bankTransactionId: string; referenceTransactionId: null }
  | {
      type: 'dispute-outcome'
      at: number
      bankTransactionId: string
      caseNumber: string
      decided: 'in-favour' | 'against' | 'withdrawn'
    }

const SHOPS = [
  'tesco stores 6227',
  'shell kings 587',
  'costa coffee 4311',
  'boots 0021',
  'outlet 1',
  'outlet 2',
  'kiosk',
]
const MODES = ['chip', 'contactless', 'online', 'magstripe', null] as const

test('one log gives every payment the vector it was judged by, to the byte: live, through restarts, and as a model is trained on it', async (t) => {
  const next = seeded(SEED)
  const under = (most: number) => Math.floor(next() * most)
  const pick = <T>(list: readonly T[]): T => list[under(list.length)]!
  const guichet = await openLog()
  const everybody: Person[] = []
  for (let seed = 1; seed <= 4; seed++) everybody.push(await guichet.somebody(seed))
  const [amina, bruno, claire, david] = everybody as [Person, Person, Person, Person]

  let made = 0
  const held: {
    person: Person
    id: string
    at: number
    minor: number
    descriptor: string
    isPosted: boolean
  }[] = []
  const describe = (id: string, descriptor: string, minor: number, reference: string | null = null) => ({
    bankTransactionId: id,
    referenceTransactionId: reference,
    amount: money(-minor, 'GBP'),
    foreign: null,
    descriptor,
    mcc: pick(['5411', '5541', null]),
    country: pick(['GB', 'GB', 'FR', 'US', null]),
    city: null,
    latitude: pick([51.5, 48.85]),
    longitude: pick([-0.12, 2.35]),
    entryMode: pick(MODES),
    cardNumberDisplay: pick(['5770', '1234']),
    terminalId: `till of ${descriptor}`,
  })
  const pay = (person: Person, descriptor: string, minor: number, at: number) => {
    const id = `auth-${++made}`
    held.push({ person, id, at, minor, descriptor, isPosted: false })
    return { person, event: { type: 'authorised' as const, at, payment: describe(id, descriptor, minor) } }
  }
  const answer =
    (said: 'was-me' | 'not-me', caseId: string) => (loan: FraudLoan, room: ReturnType<typeof createFraud>) =>
      room.answer(loan, caseId, { said, sure: true })
  const disputeSent = (caseId: string) => (loan: FraudLoan, room: ReturnType<typeof createFraud>) =>
    room.markDisputeSent(loan, caseId, { at: clock.now(), bankDisputeId: 'D' })

  // David is mistaken twice; then his word on the kiosk waits for the bank, which Amina, Bruno and Claire pay at meanwhile.
  for (let i = 0; i < 3; i++) {
    await guichet.receive([pay(david, 'kiosk', 700 + i, clock.now())])
    clock.advance(MINUTE)
    const { transactions } = await guichet.read(david)
    const last = transactions.at(-1)!
    await guichet.say(david, (loan, room) => room.report(loan, last.id, { sure: true }))
    const reported = (await guichet.read(david)).cases.at(-1)!
    if (i < 2) await guichet.say(david, answer('was-me', reported.id))
  }
  await guichet.receive([amina, bruno, claire].map((person) => pay(person, 'kiosk', 900, clock.now())))

  for (let n = 0; n < BATCHES; n++) {
    const isAfterSilence = n === BATCHES / 2
    clock.advance(isAfterSilence ? 125 * DAY : under(20 * HOUR) + SECOND)
    // No bank keeps a hold open for so long.
    if (isAfterSilence) held.length = 0
    if (n % 60 === 59) guichet.restart()
    const now = clock.now()
    const batch: Parameters<typeof guichet.receive>[0][number][] = []
    const about = new Set<string>()
    for (let i = under(8); i >= 0; i--) {
      const person = pick(everybody)
      const chance = next()
      const old = held.length > 0 ? pick(held.slice(-40)) : null
      if (chance < 0.68 || !old || about.has(old.id)) {
        const late = next()
        const at =
          late < 0.85 ? now - under(MINUTE) : late < 0.97 ? now - under(2 * DAY) : now - under(30 * DAY)
        const minor = next() < 0.3 ? 20_000 + under(90_000) : 200 + under(6_000)
        batch.push(pay(person, pick(SHOPS), minor, at))
        about.add(`auth-${made}`)
        continue
      }
      about.add(old.id)
      const at = now - under(HOUR)
      const ends = { at, bankTransactionId: old.id, referenceTransactionId: null }
      if (old.isPosted) {
        if (next() < 0.3) batch.push({ person: old.person, event: { type: 'reversed', ...ends } })
        held.splice(held.indexOf(old), 1)
      } else if (chance < 0.75) {
        old.minor += under(500)
        const payment = describe(`adjusted-${n}-${i}`, old.descriptor, old.minor, old.id)
        batch.push({ person: old.person, event: { type: 'adjusted', at, payment } })
      } else if (chance < 0.95) {
        old.isPosted = true
        old.minor += under(200)
        const payment = describe(`posted-${n}-${i}`, old.descriptor, old.minor, old.id)
        batch.push({ person: old.person, event: { type: 'posted', at, payment } })
      } else {
        batch.push({ person: old.person, event: { type: 'released', ...ends } })
        held.splice(held.indexOf(old), 1)
      }
    }
    for (const person of everybody) {
      const { cases, transactions } = await guichet.read(person)
      const sent = cases.filter(({ dispute }) => dispute?.sentAt && !dispute.outcome)
      if (sent.length > 0 && next() < 0.4) {
        const one = pick(sent)
        const about = transactions.find(({ id }) => id === one.transactionId)!
        const decided = pick(['in-favour', 'in-favour', 'against', 'withdrawn'] as const)
        const bankTransactionId = about.bankTransactionIds[0]!
        const event = {
          type: 'dispute-outcome' as const,
          at: now,
          bankTransactionId,
          caseNumber: one.number,
          decided,
        }
        batch.push({ person, event })
      }
    }
    await guichet.receive(batch)

    // Before the long silence nobody answers what they are asked.
    const isTalkative = n < BATCHES / 2 - 15 || n >= BATCHES / 2
    clock.advance(under(40 * MINUTE) + 1)
    for (const person of everybody) {
      const { cases, transactions } = await guichet.read(person)
      const open = cases.filter(({ state }) => state === 'asked')
      if (open.length > 0 && isTalkative && next() < 0.5)
        await guichet.say(person, answer(pick(['was-me', 'not-me']), pick(open).id))
      if (next() < 0.08) {
        const one = pick(transactions.slice(-12))
        await guichet.say(person, (loan, room) => room.report(loan, one.id, { sure: true }))
      }
      const disputed = cases.filter(({ state }) => state === 'confirmed-fraud')
      if (disputed.length > 0 && next() < 0.2) await guichet.say(person, answer('was-me', pick(disputed).id))
      for (const one of disputed)
        if (one.dispute?.sentAt === null && clock.now() > one.dispute.sendAfter && next() < 0.5)
          await guichet.say(person, disputeSent(one.id))
    }
  }

  const kept = new Map<string, readonly number[]>()
  const found = { cases: 0, was: 0, expiry: 0, dispute: 0, takenBack: 0 }
  for (const person of everybody) {
    const { scores, cases, labels } = await guichet.read(person)
    for (const { id, vector } of scores) kept.set(id, vector)
    found.cases += cases.length
    found.takenBack += cases.filter(({ takenBackAt }) => takenBackAt !== undefined).length
    for (const source of ['expiry', 'dispute'] as const)
      found[source] += labels.filter((one) => one.source === source).length
    found.was += labels.filter((one) => one.source === 'person' && one.label === 'genuine').length
  }
  const kinds = Object.groupBy(guichet.log, ({ kind }) => kind)
  const counts = Object.entries(kinds).map(([kind, list]) => `${list!.length} ${kind}`)
  t.diagnostic(
    `${guichet.log.length} events (${counts.join(', ')}), ${kept.size} judged; ${JSON.stringify(found)}`,
  )
  for (const [what, count] of Object.entries(found)) assert.ok(count > 0, what)

  // As `guichet train` does: from lines of a file, each payment asked about at the moment it is told.
  const engine = createFeatureEngine()
  const differing: string[] = []
  const asked = new Set<string>()
  let line = 1
  for await (const event of readEventFile(eventFile(guichet.log).split('\n'))) {
    line++
    engine.tell(event)
    if (event.kind !== 'payment-seen' || asked.has(event.id)) continue
    const vector = engine.vectorOf(event.id)
    const live = kept.get(event.id)
    if (!vector || live === undefined) continue
    asked.add(event.id)
    const names = FEATURES.filter((_, place) => !Object.is(vector[place], live[place])).map(
      ({ name }) => name,
    )
    if (names.length === 0 && live.length === vector.length) continue
    differing.push(`line ${line}, ${event.id}: ${names.join(' ')}`)
  }
  assert.equal(asked.size, kept.size)
  assert.deepEqual(differing, [])
})

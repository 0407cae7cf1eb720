/** Spending over time, and what may be left, of people whose consents, months and currencies are not all alike. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Purpose } from '#consent'
import { currency, DAY, money } from '#kit'
import { CHAT, payment } from '../../../tests/fixtures/rooms.ts'
import type { MessageJson } from '../../http/api.ts'
import { ENGLISH, FRENCH, NOW, openChat } from './chat.fixture.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
after(() => house.close())

const BOTH: Purpose[] = ['account-view', 'spending-insights']
const OVER_TIME = 'what did I spend month by month?'
const AHEAD = 'how much will I have left at the end of the month?'

/** Somebody linked to Chase, with nothing kept yet. */
const somebody = (purposes: Purpose[]) => house.linkPerson(purposes, 'chase')

/** The same person at Citi. */
async function alsoAtCiti(personId: string, purposes: Purpose[]): Promise<string> {
  const { link } = await house.vault.admit({
    personId,
    bankId: 'citi',
    bankName: 'Citi',
    subject: `citi-${personId}`,
    purposes,
    connection: {
      accessToken: 'access',
      accessTokenExpiresAt: NOW + DAY,
      refreshToken: 'refresh',
      dpopJwk: {},
      bankConsentId: 'consent',
      subject: `citi-${personId}`,
    },
    act: { locale: 'en', via: 'bank-consent-page' },
  })
  return link.id
}

/** A current account with a balance of 1,000, from which 10 are spent every `everyDays` days since `days` ago. */
async function spends(
  linkId: string,
  { days, everyDays = 1, of = 'GBP' }: { days: number; everyDays?: number; of?: string },
): Promise<void> {
  const [link] = await house.people.linksById(house.sql.rooms, [linkId])
  const { personId, bankId } = link!
  const ask = {
    personId,
    purpose: 'account-view',
    actor: CHAT,
    what: 'keep-history',
    linkIds: [linkId],
  } as const
  const opened = await house.vault.open(ask, async (loan) => {
    const id = await house.people.accountId(loan.tx, link!, `current-${of}`)
    await loan.keep('account', [
      {
        id,
        bankId,
        bankAccountId: `current-${of}`,
        name: `Everyday ${of}`,
        kind: 'checking',
        numberDisplay: '0042',
        currency: currency(of),
        status: 'open',
      },
    ])
    const current = money(100_000, of)
    await loan.keep('balance', [{ id, current, available: null, creditLine: null, asOf: NOW - 60_000 }])
    await loan.keep(
      'transaction',
      Array.from({ length: Math.floor(days / everyDays) }, (_, n) => {
        const at = NOW - (days - n * everyDays) * DAY
        return payment({ accountId: id, at, postedAt: at, amount: money(-1_000, of) })
      }),
    )
  })
  assert.ok(opened.ok)
}

const asked = async (personId: string, text: string, reader: typeof ENGLISH | typeof FRENCH = ENGLISH) =>
  (await house.chat.hear(personId, text, reader)).at(-1)!

/** October as it is drawn: its name, and what was spent in it. */
function inOctober({ show }: MessageJson) {
  assert.ok(show?.type === 'over-time')
  return show.steps
    .filter(({ short }) => /^oct/i.test(short))
    .flatMap(({ short, netMinor }) => [short, netMinor])
}

test('of two banks of which one may not be looked at for this, the other is told of, and the one is named with a way to allow it', async () => {
  const { personId, linkId } = await somebody(BOTH)
  await spends(linkId, { days: 60 })
  await spends(await alsoAtCiti(personId, ['account-view']), { days: 60, everyDays: 2 })
  for (const question of [OVER_TIME, AHEAD]) {
    const answer = await asked(personId, question)
    assert.match(answer.text, /Citi is not in this answer: you have not allowed “Understand my spending”/)
    assert.ok(
      answer.actions.some(({ label }) => /Citi/.test(label)),
      question,
    )
  }
  const overTime = await asked(personId, OVER_TIME)
  assert.ok(overTime.show?.type === 'over-time')
  assert.deepEqual(inOctober(overTime), ['Oct', 31_000], 'what was spent at Chase alone')
})

test('months of which nothing is kept are not shown as months without spending', async () => {
  const { personId, linkId } = await somebody(BOTH)
  await spends(linkId, { days: 40 })
  const answer = await asked(personId, OVER_TIME)
  assert.ok(answer.show?.type === 'over-time')
  assert.deepEqual(
    answer.show.steps.map(({ short }) => short),
    ['Oct', 'Nov'],
  )
  assert.match(answer.text, /no payments of yours from before 14 October/)
})

test('of an account with nothing kept, or too little, nothing is foretold, and it is said why', async () => {
  const { personId, linkId } = await somebody(BOTH)
  await spends(linkId, { days: 5 })
  const ahead = await asked(personId, AHEAD)
  assert.equal(ahead.show, null)
  assert.match(ahead.text, /Everyday GBP/)
  const overTime = await asked(personId, OVER_TIME)
  assert.notEqual(overTime.show?.type, 'over-time', 'one month is no course of time')

  const empty = await somebody(BOTH)
  assert.equal((await asked(empty.personId, OVER_TIME)).show, null)
  assert.equal((await asked(empty.personId, AHEAD)).show, null)
})

test('pounds and euros are never added together, over time or ahead', async () => {
  const { personId, linkId } = await somebody(BOTH)
  await spends(linkId, { days: 60 })
  await spends(linkId, { days: 60, everyDays: 3, of: 'EUR' })
  const overTime = await asked(personId, OVER_TIME, FRENCH)
  assert.ok(overTime.show?.type === 'over-time')
  assert.equal(overTime.show.currency, 'GBP')
  assert.deepEqual(inOctober(overTime), ['oct.', 31_000])
  assert.match(overTime.text, /200,00\s€/)

  const ahead = await asked(personId, AHEAD, FRENCH)
  assert.ok(ahead.show?.type === 'forecast')
  assert.equal(ahead.show.currency, 'GBP')
  assert.ok(ahead.show.days.at(-1)!.expectedMinor < 100_000, 'what is held in pounds alone')
  assert.match(ahead.text, /Everyday EUR/)
  assert.match(ahead.text, /£/)
  assert.match(ahead.text, /€/)
})

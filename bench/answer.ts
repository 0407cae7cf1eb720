import { createChat } from '#channels'
import { createConversation } from '#conversation'
import { createFraud } from '#fraud'
import { DAY, money, type Random, seeded, systemClock, systemRandom } from '#kit'
import { createOffers } from '#offers'
import type { Transaction } from '#vault'
import { openRooms, payment } from '../tests/fixtures/rooms.ts'
import { type Bench, longestWait, median, timed } from './measure.ts'

const TRANSACTIONS = 10_000
const MONTHS = 24
const ROUNDS = 60
const WARM_UP = 6
const LIMIT_MS = 50

/** The questions of the main job, in both languages. */
const QUESTIONS = [
  { text: 'What’s my balance?', locale: 'en' },
  { text: 'Combien j’ai dépensé chez Tesco en octobre ?', locale: 'fr' },
  { text: 'show my last 10 payments', locale: 'en' },
  { text: 'what did I spend on fuel last month', locale: 'en' },
  { text: 'find the £42 payment', locale: 'en' },
  { text: 'compare this month with last', locale: 'en' },
] as const

const SHOPS = [
  ['tesco stores 6227', '5411'],
  ['shell fiveways 387', '5542'],
  ['amazon uk marketplace', '5942'],
  ['asda superstore', '5411'],
  ['trainline', '4112'],
  ['mcdonalds', '5814'],
  ['argos retail group', '5399'],
  ['sainsburys s/mkts', '5411'],
] as const

/** How long the server takes from the person's words to the kept answer, for somebody with 10,000 payments. */
export const answerBench: Bench = {
  names: ['answer.p99'],
  async run(say) {
    const rooms = await openRooms({ clock: systemClock })
    try {
      const chat = openChat(rooms)
      const { personId } = await rooms.linkPerson(['account-view', 'spending-insights'])
      await keepHistory(rooms, personId)
      say(`answer: ${TRANSACTIONS} payments kept`)
      const samples: number[] = []
      for (let round = 0; round < WARM_UP + ROUNDS; round++) {
        for (const { text, locale } of QUESTIONS) {
          const ms = await timed(() => chat.hear(personId, text, { locale, timeZone: 'Europe/London' }))
          if (round >= WARM_UP) samples.push(ms)
        }
        if (round % 20 === 19) say(`answer: round ${round + 1} of ${WARM_UP + ROUNDS}`)
      }
      say(`answer: median ${median(samples).toFixed(1)} ms over ${samples.length} answers`)
      return [longestWait('answer.p99', samples, LIMIT_MS)]
    } finally {
      await rooms.close()
    }
  },
}

function openChat(rooms: Awaited<ReturnType<typeof openRooms>>) {
  const { vault, people, consents, sql } = rooms
  const common = { clock: systemClock, random: systemRandom as Random }
  const conversation = createConversation({
    vault,
    people,
    consents,
    sql: sql.rooms,
    offers: createOffers({ files: [], clock: systemClock }),
    cases: createFraud({ ...common, people, homeCountryOf: () => 'GB', placeKey: Buffer.alloc(32, 7) }),
    humans: { answerHere: async () => [], waiting: async () => null },
    banks: {
      list: () => [{ id: 'chase', name: 'Chase' }],
      find: () => ({ name: 'Chase', country: 'GB', supportPhone: null }),
      downSince: async () => null,
    },
    pulls: { refresh: async () => [], statesOf: async () => [] },
    ...common,
  })
  return createChat({
    vault,
    people,
    conversation,
    desk: {
      refresh: async () => {
        throw new Error('no bank is told anything here')
      },
      carryOut: async () => {
        throw new Error('no bank is told anything here')
      },
    },
    sql: sql.rooms,
    ...common,
    traffic: { isPouring: () => false, whenTaken: async () => {} },
  })
}

async function keepHistory(rooms: Awaited<ReturnType<typeof openRooms>>, personId: string): Promise<void> {
  const chance = seeded(10_000)
  const now = systemClock.now()
  const history: Transaction[] = Array.from({ length: TRANSACTIONS }, (_, i) => {
    const [descriptor, mcc] = SHOPS[Math.floor(chance() * SHOPS.length)]!
    const at = now - Math.floor(((i + 1) / TRANSACTIONS) * MONTHS * 30 * DAY)
    const amount = i === 5_000 ? 4_200 : 100 + Math.floor(chance() * 9_000)
    return payment({
      id: `txn_${i}`,
      bankTransactionIds: [`bank-${i}`],
      at,
      postedAt: at + DAY,
      amount: money(-amount, 'GBP'),
      descriptor,
      mcc,
    })
  })
  const opened = await rooms.vault.open(
    {
      personId,
      purpose: 'account-view',
      actor: { kind: 'service', id: 'bench', role: 'bench' },
      what: 'keep-history',
    },
    async (loan) => {
      await loan.keep('account', [
        {
          id: 'acc_1',
          bankId: 'chase',
          bankAccountId: 'bank-account',
          name: 'Current account',
          kind: 'checking',
          numberDisplay: '4321',
          currency: money(0, 'GBP').currency,
          status: 'open',
        },
      ])
      await loan.keep('balance', [
        { id: 'acc_1', current: money(123_456, 'GBP'), available: null, creditLine: null, asOf: now },
      ])
      await loan.keep('transaction', history)
    },
  )
  if (!opened.ok) throw new Error(`the history was refused: ${opened.why}`)
}

import { createFraud } from '#fraud'
import { type BankEvent, createIntake } from '#intake'
import { createSql, money, systemClock, systemRandom } from '#kit'
import { openRooms } from '../tests/fixtures/rooms.ts'
import { type Bench, median, timed } from './measure.ts'

const PEOPLE = 50
const EVENTS_PER_BATCH = 100
const BATCHES = 30

/** Events a second taken to the end (deduplicated, sealed, scored, logged, committed), against a bare insert of the same rows. */
export const intakeBench: Bench = {
  names: ['intake.rate'],
  async run(say) {
    const rooms = await openRooms({ clock: systemClock })
    const owner = createSql({ url: rooms.database.url, connectionsMax: 2, application: 'bench' })
    try {
      await owner.query(
        `create table bare (id text primary key, account text not null, at timestamptz not null, minor bigint not null, body jsonb not null)`,
      )
      const fraud = createFraud({
        clock: systemClock,
        random: systemRandom,
        people: rooms.people,
        homeCountryOf: () => 'GB',
      })
      const intake = createIntake({
        sql: rooms.sql.rooms,
        vault: rooms.vault,
        people: rooms.people,
        score: fraud.score,
        contentKey: Buffer.alloc(32, 1),
        clock: systemClock,
      })
      const accounts: string[] = []
      for (let i = 0; i < PEOPLE; i++) {
        const { personId, linkId } = await rooms.linkPerson(['fraud-alerts', 'account-view'])
        const [link] = (await rooms.people.links(rooms.sql.rooms, personId)).filter(
          (one) => one.id === linkId,
        )
        accounts.push(`bank-account-${i}`)
        await rooms.sql.rooms.transaction((tx) => rooms.people.accountId(tx, link!, `bank-account-${i}`))
      }
      const ours: number[] = []
      const bare: number[] = []
      for (let batch = 0; batch < BATCHES; batch++) {
        const events = Array.from({ length: EVENTS_PER_BATCH }, (_, i) =>
          authorised(batch * EVENTS_PER_BATCH + i, accounts),
        )
        ours.push(await timed(() => intake.receive('chase', events)))
        bare.push(
          await timed(() =>
            owner.query(
              `insert into bare select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::jsonb[])
               on conflict do nothing`,
              [
                events.map((event) => event.id),
                events.map((event) => event.bankAccountId),
                events.map((event) => new Date(event.at)),
                events.map((event) => ('payment' in event ? event.payment.amount.amountMinor : 0)),
                events.map((event) => JSON.stringify(event)),
              ],
            ),
          ),
        )
        if (batch % 10 === 9) say(`intake: batch ${batch + 1} of ${BATCHES}`)
      }
      const rate = (times: number[]) => (EVENTS_PER_BATCH * 1000) / median(times)
      return [
        {
          name: 'intake.rate',
          value: rate(ours),
          unit: 'events/s',
          against: { what: 'bare INSERT … unnest of the same rows', value: rate(bare) },
        },
      ]
    } finally {
      await owner.end()
      await rooms.close()
    }
  },
}

function authorised(n: number, accounts: readonly string[]): BankEvent {
  return {
    id: `evt-${n}`,
    bankId: 'chase',
    bankAccountId: accounts[n % accounts.length]!,
    sequence: Math.floor(n / accounts.length) + 1,
    at: Date.now(),
    type: 'authorised',
    payment: {
      bankTransactionId: `auth-${n}`,
      referenceTransactionId: null,
      amount: money(-(1_000 + (n % 37) * 100), 'GBP'),
      foreign: null,
      descriptor: 'tesco stores 6227',
      mcc: '5411',
      country: 'GB',
      city: null,
      latitude: null,
      longitude: null,
      entryMode: 'chip',
      cardNumberDisplay: '5770',
      terminalId: null,
    },
  }
}

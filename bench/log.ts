import { createSql, systemClock } from '#kit'
import { openRooms } from '../tests/fixtures/rooms.ts'
import { type Bench, median, timed } from './measure.ts'

const LEAVES = 1_000
const ROUNDS = 15
const AT_ONCE = 4

/** How many access records a second the log takes, each sealed, chained and durable, against the bare insert of as many rows. */
export const logBench: Bench = {
  names: ['log.rate'],
  async run(say) {
    const rooms = await openRooms({ clock: systemClock })
    const owner = createSql({ url: rooms.database.url, connectionsMax: AT_ONCE, application: 'bench' })
    try {
      await owner.query(
        `create table bare (index bigint primary key, entry bytea not null, sealed bytea not null)`,
      )
      const { linkId } = await rooms.linkPerson(['account-view'])
      const ours: number[] = []
      const bare: number[] = []
      let next = 0
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(
          await timed(() =>
            Promise.all(
              Array.from({ length: AT_ONCE }, () => rooms.log.append(requests(linkId, LEAVES / AT_ONCE))),
            ),
          ),
        )
        bare.push(
          await timed(() =>
            Promise.all(
              Array.from({ length: AT_ONCE }, () => {
                const rows = Array.from({ length: LEAVES / AT_ONCE }, () => next++)
                return owner.query(
                  `insert into bare select * from unnest($1::bigint[], $2::bytea[], $3::bytea[])`,
                  [rows, rows.map(() => Buffer.alloc(49, 1)), rows.map(() => Buffer.alloc(520, 2))],
                )
              }),
            ),
          ),
        )
        say(`log: round ${round + 1} of ${ROUNDS}`)
      }
      const rate = (times: number[]) => (LEAVES * 1000) / median(times)
      return [
        {
          name: 'log.rate',
          value: rate(ours),
          unit: 'records/s',
          against: { what: 'bare INSERT … unnest of as many rows', value: rate(bare) },
        },
      ]
    } finally {
      await owner.end()
      await rooms.close()
    }
  },
}

function requests(chain: string, count: number) {
  return Array.from({ length: count }, (_, i) => ({
    chain,
    record: {
      v: 1 as const,
      sub: 'sub_bench',
      t: new Date(Date.UTC(2026, 0, 1) + i).toISOString(),
      actor: { kind: 'service' as const, id: 'bench', role: 'bench' },
      purpose: 'account-view',
      consent: 'grt_bench',
      clusters: ['TRANSACTIONS'],
      accounts: [],
      decision: 'allowed',
      what: 'answer-balance',
      policy: '0'.repeat(64),
      req: `req_${i}`,
    },
    sealRecord: (bytes: Buffer) => bytes,
  }))
}

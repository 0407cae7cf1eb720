import { DAY, money, type Sql } from '#kit'
import type { Transaction } from '#vault'
import type { openHouseApart } from '../tests/fixtures/house-apart.ts'

/** About as many card payments a day as a busy household makes. */
const PAYMENTS_A_DAY = 3
/** A bank's flood reads a link about once for so many of its payments. */
const PAYMENTS_PER_READ = 4
/** Bytes of a sealed access record, as they are in a run. */
const RECORD_BYTES = 700
const PEOPLE_PER_LINE = 200

type Grown = {
  house: Awaited<ReturnType<typeof openHouseApart>>
  owner: Sql
  people: readonly { account: string; personId: string; linkId: string }[]
  /** How many earlier payments each person is to have, and how many of those they have already. */
  payments: number
  had: number
}

/**
 * Gives people a past: payments sealed in the vault as a pull keeps them, and in the other tables that grow with
 * payments (ids taken, payments begun, reads logged) as many rows as such a past leaves.
 */
export async function growHistory(grown: Grown, say: (line: string) => void): Promise<void> {
  const { house, owner, people, payments, had } = grown
  const rooms = await house.openRooms()
  const now = Date.now()
  try {
    for (const [place, { personId, linkId }] of people.entries()) {
      if (place % PEOPLE_PER_LINE === 0) say(`pipeline: a past for ${people.length - place} people`)
      const opened = await rooms.vault.open(
        {
          personId,
          purpose: 'account-view',
          actor: { kind: 'operator', id: 'bench', role: 'operator' },
          what: 'keep-history',
          linkIds: [linkId],
        },
        (loan) =>
          loan.keep(
            'transaction',
            Array.from({ length: payments - had }, (_, n) => earlier(linkId, had + n, now)),
          ),
      )
      if (!opened.ok) throw new Error(opened.why)
    }
  } finally {
    await rooms.close()
  }
  const linkIds = people.map(({ linkId }) => linkId)
  await owner.query(
    `insert into intake.payment (link_id, transaction_id)
     select link, 'earlier-' || link || '-' || n from unnest($1::text[]) as link, generate_series($2::int, $3::int) as n`,
    [linkIds, had, payments - 1],
  )
  await owner.query(
    `insert into intake.inbox (bank_id, event_id, content, received_at)
     select 'chase', 'earlier-' || link || '-' || n, sha256((link || n)::bytea), 0
     from unnest($1::text[]) as link, generate_series($2::int, $3::int) as n`,
    [linkIds, had, payments - 1],
  )
  await owner.query(
    `insert into accesslog.record (chain, seq, leaf_index, batch_index, sealed, at)
     select 'earlier-' || link, n, 0, 0, decode(repeat('5a', ${RECORD_BYTES}), 'hex'), 0
     from unnest($1::text[]) as link, generate_series($2::int, $3::int) as n`,
    [linkIds, Math.ceil(had / PAYMENTS_PER_READ), Math.ceil(payments / PAYMENTS_PER_READ) - 1],
  )
  // As in a database that has had them for long: nothing of them is still to be written out or tidied up.
  await owner.query('vacuum (analyze)')
  await owner.query('checkpoint')
}

function earlier(linkId: string, n: number, now: number): Transaction {
  const at = now - DAY - Math.floor((n * DAY) / PAYMENTS_A_DAY)
  return {
    id: `earlier-${linkId}-${n}`,
    accountId: `earlier-${linkId}`,
    bankTransactionIds: [`earlier-${n}`],
    status: 'posted',
    at,
    postedAt: at + DAY,
    amount: money(-(100 + ((n * 7_919) % 9_000)), 'GBP'),
    foreign: null,
    descriptor: `tesco stores ${n % 500}`,
    mcc: '5411',
    country: 'GB',
    city: 'Birmingham',
    latitude: 52.48,
    longitude: -1.9,
    entryMode: 'chip',
    cardNumberDisplay: '4321',
    terminalId: `T-${n % 2_000}`,
  }
}

/** Somebody leaves, or withdraws, or their bank does, while something of theirs is under way. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type BankReader, createQuarantine, createSync } from '#intake'
import { currency, Fault, money } from '#kit'
import { reveal } from '../../src/kit/reveal.ts'
import { CHAT, movableClock, openRooms, payment } from '../fixtures/rooms.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

type Linked = Awaited<ReturnType<typeof rooms.linkPerson>>

/** A pull from a bank that, asked for the accounts, waits until `meanwhile` is done. */
async function pullWhile(person: Linked, meanwhile: () => Promise<unknown>) {
  const { id: _id, accountId: _accountId, ...row } = payment()
  const reader: BankReader = {
    refresh: async (_bankId, connection) => ({ connection, renewed: false }),
    async readAccounts() {
      await meanwhile()
      return {
        accounts: [
          {
            bankAccountId: 'bank-account-1',
            name: 'Everyday',
            kind: 'checking',
            numberDisplay: '0042',
            currency: currency('GBP'),
            status: 'open',
          },
        ],
        balances: [
          {
            bankAccountId: 'bank-account-1',
            current: money(1_000, 'GBP'),
            available: null,
            creditLine: null,
            asOf: clock.now(),
          },
        ],
        refused: [],
      }
    },
    async *readTransactions() {
      yield { rows: [row], refused: [] }
    },
    listing: () => ({ pending: 'all', booked: 'all' }),
  }
  const { vault, people, sql } = rooms
  const quarantine = createQuarantine({ sql: sql.rooms, clock })
  const pull = createSync({ vault, people, reader, quarantine, clock })
  return await pull({ personId: person.personId, linkId: person.linkId, days: 30, actor: CHAT })
}

async function rowsOf({ linkId }: Linked): Promise<number> {
  const [row] = await rooms.sql.vault.transaction(async (tx) => {
    await tx.query(`select set_config('guichet.links', $1, true)`, [linkId])
    return await tx.query<{ rows: number }>(
      `select (select count(*) from vault.chunk where link_id = $1)
         + (select count(*) from people.account where link_id = $1) as rows`,
      [linkId],
    )
  })
  return row!.rows
}

test('what a bank answers after the person erased everything is not kept', async () => {
  const person = await rooms.linkPerson(['account-view'])
  assert.deepEqual(await pullWhile(person, () => rooms.vault.erase(person.personId)), {
    ok: false,
    why: 'never-consented',
  })
  assert.equal(await rowsOf(person), 0)
})

test('what a bank answers after the last purpose was withdrawn is not kept', async () => {
  const person = await rooms.linkPerson(['account-view'])
  const before = await rowsOf(person)
  const pulled = await pullWhile(person, () => rooms.vault.withdraw(person.personId, person.grants[0]!.id))
  assert.deepEqual(pulled, { ok: false, why: 'never-consented' })
  assert.equal(await rowsOf(person), before)
})

test('what a bank answers after it has left is not kept', async () => {
  const person = await rooms.linkPerson(['account-view'], 'leaving-bank')
  const pulled = await pullWhile(person, () => rooms.vault.bankLeaves('leaving-bank'))
  assert.equal(pulled.ok, false)
  assert.equal(await rowsOf(person), 0)
})

test('with one of two purposes withdrawn meanwhile, the answer is kept for the other', async () => {
  const person = await rooms.linkPerson(['account-view', 'fraud-alerts'])
  const pulled = await pullWhile(person, () => rooms.vault.withdraw(person.personId, person.grants[0]!.id))
  assert.deepEqual(pulled, { ok: true, accounts: 1, transactions: 1, refused: [], asOf: clock.now() })
})

test('a withdrawal waits for the loan that rests on the consent, and no longer', async () => {
  const { personId, linkId, grants } = await rooms.linkPerson(['account-view'])
  const order: string[] = []
  let withdrawn: Promise<unknown> = Promise.resolve()
  const ask = {
    personId,
    purpose: 'account-view',
    actor: CHAT,
    what: 'answer-balance',
    linkIds: [linkId],
  } as const
  await rooms.vault.open(ask, async (loan) => {
    withdrawn = rooms.vault.withdraw(personId, grants[0]!.id).then(() => order.push('withdrawn'))
    for (let read = 0; read < 20; read++) reveal(await loan.accounts())
    order.push('read')
  })
  await withdrawn
  assert.deepEqual(order, ['read', 'withdrawn'])
  const after = await rooms.vault.open(ask, async () => 'read')
  assert.ok(!after.ok && after.why === 'consent-withdrawn')
})

test('a record that was lent opens nothing once its loan is over', async () => {
  const { personId, linkId } = await rooms.linkPerson(['account-view'])
  let kept: { accounts(): Promise<unknown> } | undefined
  await rooms.vault.open(
    { personId, purpose: 'account-view', actor: CHAT, what: 'answer-balance', linkIds: [linkId] },
    async (loan) => {
      kept = loan
    },
  )
  await assert.rejects(async () => await kept!.accounts())
})

test('somebody erased while keys are wrapped anew is not brought back by it', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => rooms.linkPerson(['account-view'])))
  clock.advance(31 * 24 * 3_600_000)
  await Promise.all([rooms.vault.rotateKeys(), ...people.map(({ personId }) => rooms.vault.erase(personId))])
  for (const { personId, linkId } of people) {
    const names = [`data:${linkId}`, `diary:${linkId}`, `chat:${personId}`]
    assert.deepEqual(await rooms.sql.keys.query(`select 1 from wrapped_key where id = any($1)`, [names]), [])
    await assert.rejects(
      rooms.vault.sealWords(personId, 'x', undefined as never),
      (error: unknown) => error instanceof Fault && error.code === 'key-shredded',
    )
  }
})

/** Promise 5: no acknowledged event is lost or handled twice. `tests/faults/` kills the processes; this holds the rules. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type BankEvent, createIntake, type Scorer } from '#intake'
import { Fault, money, Private, seeded } from '#kit'
import { reveal } from '../../src/kit/reveal.ts'
import { CHAT, movableClock, openRooms } from '../fixtures/rooms.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

const silent: Scorer = async () => ({ scores: new Private(new Map()), settle() {} })
const openIntake = (score: Scorer = silent) =>
  createIntake({
    sql: rooms.sql.rooms,
    vault: rooms.vault,
    people: rooms.people,
    score,
    contentKey: Buffer.alloc(32, 3),
    clock,
  })

const customer = () => rooms.linkCustomer(['account-view', 'fraud-alerts'])

function authorised(bankAccountId: string, n: number, amountMinor = -1_000 - n): BankEvent {
  return {
    id: `${bankAccountId}-evt-${n}`,
    bankId: 'chase',
    bankAccountId,
    sequence: n,
    at: clock.now() + n,
    type: 'authorised',
    payment: {
      bankTransactionId: `${bankAccountId}-auth-${n}`,
      referenceTransactionId: null,
      amount: money(amountMinor, 'GBP'),
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

async function kept(personId: string): Promise<number[]> {
  const opened = await rooms.vault.open(
    { personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' },
    async (loan) => reveal(await loan.transactions()),
  )
  assert.ok(opened.ok)
  return opened.value.map(({ amount }) => amount.amountMinor)
}

const fails = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

test('an event that is sent again is acknowledged again and handled once', async () => {
  const { personId, bankAccountId } = await customer()
  const intake = openIntake()
  const event = authorised(bankAccountId, 1)
  assert.deepEqual(await intake.receive('chase', [event]), { accepted: 1, duplicates: 0, dropped: 0 })
  assert.deepEqual(await intake.receive('chase', [event]), { accepted: 0, duplicates: 1, dropped: 0 })
  assert.deepEqual(await intake.receive('chase', [event, event]), { accepted: 0, duplicates: 2, dropped: 0 })
  assert.deepEqual(await kept(personId), [-1_001])
})

test('two equal payments are two payments: nothing is deduplicated by its content', async () => {
  const { personId, bankAccountId } = await customer()
  await openIntake().receive('chase', [
    authorised(bankAccountId, 1, -500),
    authorised(bankAccountId, 2, -500),
  ])
  assert.deepEqual(await kept(personId), [-500, -500])
})

test('an id that comes back with another content is refused, and its whole batch with it', async () => {
  const { personId, bankAccountId } = await customer()
  const intake = openIntake()
  await intake.receive('chase', [authorised(bankAccountId, 1)])
  const forged = { ...authorised(bankAccountId, 2), id: `${bankAccountId}-evt-1` }
  await assert.rejects(
    intake.receive('chase', [authorised(bankAccountId, 3), forged]),
    fails('event-conflict'),
  )
  assert.equal((await kept(personId)).length, 1)
  assert.deepEqual(await intake.receive('chase', [authorised(bankAccountId, 3)]), {
    accepted: 1,
    duplicates: 0,
    dropped: 0,
  })
})

test('the same batch from eight connections at once is handled once', async () => {
  const { personId, bankAccountId } = await customer()
  const batch = Array.from({ length: 20 }, (_, n) => authorised(bankAccountId, n + 1))
  const intakes = [openIntake(), openIntake()]
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => intakes[i % 2]!.receive('chase', batch)),
  )
  assert.equal(
    answers.reduce((sum, { accepted }) => sum + accepted, 0),
    20,
  )
  assert.equal((await kept(personId)).length, 20)
})

test('overlapping batches in any order end in each payment once', async () => {
  const { personId, bankAccountId } = await customer()
  const events = Array.from({ length: 40 }, (_, n) => authorised(bankAccountId, n + 1))
  const chance = seeded(40)
  const intake = openIntake()
  await Promise.all(
    Array.from({ length: 12 }, () =>
      intake.receive(
        'chase',
        events.filter(() => chance() < 0.4),
      ),
    ),
  )
  await intake.receive('chase', events)
  assert.deepEqual(
    (await kept(personId)).sort((a, b) => b - a),
    events.map((_, n) => -1_001 - n),
  )
})

test('what fails on the way leaves nothing behind, and the bank may send it again', async () => {
  const { personId, bankAccountId } = await customer()
  let broken = true
  const intake = openIntake(async (tx, news) => {
    if (broken) throw new Error('the scorer fails')
    return silent(tx, news)
  })
  const event = authorised(bankAccountId, 1)
  await assert.rejects(intake.receive('chase', [event]), /the scorer fails/)
  assert.deepEqual(await kept(personId), [])
  broken = false
  assert.deepEqual(await intake.receive('chase', [event]), { accepted: 1, duplicates: 0, dropped: 0 })
  assert.deepEqual(await kept(personId), [-1_001])
})

test('an event about somebody who has linked nothing is acknowledged, counted, and nothing of it is kept', async () => {
  const stranger = authorised('nobodys-account', 1)
  assert.deepEqual(await openIntake().receive('chase', [stranger]), {
    accepted: 0,
    duplicates: 0,
    dropped: 1,
  })
  const [row] = await rooms.sql.rooms.query<{ events: number }>(
    `select events from intake.dropped where bank_id = 'chase'`,
  )
  assert.ok(row!.events >= 1)
})

test('a signed message that is played again is refused', async () => {
  const intake = openIntake()
  await intake.refuseReplay('chase', 'nonce-of-128-random-bits')
  await assert.rejects(intake.refuseReplay('chase', 'nonce-of-128-random-bits'), fails('event-replayed'))
  await assert.doesNotReject(intake.refuseReplay('citi', 'nonce-of-128-random-bits'))
})

test('a bank’s event cannot speak for another bank, nor for one that has left', async () => {
  const { bankAccountId } = await customer()
  await assert.rejects(
    openIntake().receive('citi', [authorised(bankAccountId, 1)]),
    fails('signature-invalid'),
  )
  await rooms.vault.bankLeaves('wells-fargo')
  const late = { ...authorised('gone', 1), bankId: 'wells-fargo' }
  await assert.rejects(openIntake().receive('wells-fargo', [late]), fails('bank-withdrawn'))
})

/** What a person lets one app of theirs read: those accounts, those kinds of data, those payments, and nothing else. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY, Fault, HOUR, money } from '#kit'
import type { Account } from '#vault'
import { CHAT, movableClock, openRooms, payment } from '../../tests/fixtures/rooms.ts'
import { reveal } from '../kit/reveal.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

const isFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code
const ACT = { locale: 'en', via: 'privacy-centre' } as const
const EVERYTHING = ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'TRANSACTIONS']

/** Somebody with a current and a savings account, a balance and a payment on each. */
async function withAccounts() {
  const person = await rooms.linkPerson(['account-view'])
  const [link] = await rooms.people.linksById(rooms.sql.rooms, [person.linkId])
  const ids = await rooms.sql.rooms.transaction(async (tx) => [
    await rooms.people.accountId(tx, link!, 'current'),
    await rooms.people.accountId(tx, link!, 'savings'),
  ])
  await rooms.vault.open(
    { personId: person.personId, purpose: 'account-view', actor: CHAT, what: 'keep-history' },
    async (loan) => {
      for (const id of ids) {
        await loan.keep('account', [account(id)])
        await loan.keep('balance', [
          { id, current: money(100_00, 'GBP'), available: null, creditLine: null, asOf: clock.now() },
        ])
        await loan.keep('transaction', [payment({ accountId: id })])
      }
    },
  )
  return { ...person, current: ids[0]!, savings: ids[1]! }
}

const account = (id: string): Account => ({
  id,
  bankId: 'chase',
  bankAccountId: `bank-${id}`,
  name: 'An account',
  kind: 'checking',
  numberDisplay: '5770',
  currency: money(0, 'GBP').currency,
  status: 'open',
})

async function letApp(
  person: { personId: string; linkId: string },
  accountIds: string[],
  {
    accessId = `acs_${Math.random()}`,
    clusters = EVERYTHING,
    until = clock.now() + 90 * DAY,
    from = null as number | null,
  } = {},
) {
  await rooms.vault.letApp({
    personId: person.personId,
    accessId,
    name: 'Budget',
    accounts: new Map([[person.linkId, { bankName: 'Chase', accountIds }]]),
    reach: { clusters, from, to: null },
    until,
    act: ACT,
  })
  return accessId
}

const read = (personId: string, accessId: string | undefined) =>
  rooms.vault.open(
    {
      personId,
      purpose: 'own-app',
      actor: { kind: 'app', id: 'rdr_budget', role: 'Budget' },
      what: 'app-accounts',
      ...(accessId === undefined ? {} : { accessId }),
    },
    async (loan) => ({
      accounts: reveal(await loan.accounts()).map(({ id }) => id),
      balances: reveal(await loan.balances()).map(({ id }) => id),
      payments: reveal(await loan.transactions()).map(({ accountId }) => accountId),
    }),
  )

test('an app reads the accounts that were ticked for it, and the log names them and the app', async () => {
  const amina = await withAccounts()
  const accessId = await letApp(amina, [amina.current])
  const opened = await read(amina.personId, accessId)
  assert.deepEqual(opened, {
    ok: true,
    value: { accounts: [amina.current], balances: [amina.current], payments: [amina.current] },
  })
  const [entry] = await rooms.vault.diary.entries(amina.personId, { limit: 1 })
  assert.deepEqual(entry!.record.actor, { kind: 'app', id: 'rdr_budget', role: 'Budget' })
  assert.deepEqual(entry!.record.accounts, [amina.current])
  assert.equal(entry!.record.purpose, 'own-app')
})

test('an app that was let see the accounts alone is lent no balance and no payment', async () => {
  const bruno = await withAccounts()
  const accessId = await letApp(bruno, [bruno.current, bruno.savings], { clusters: ['ACCOUNT_BASIC'] })
  const opened = await read(bruno.personId, accessId)
  assert.ok(opened.ok)
  assert.equal(opened.value.accounts.length, 2)
  assert.deepEqual([opened.value.balances, opened.value.payments], [[], []])
})

test('payments before the day that the person agreed to stay closed', async () => {
  const claire = await withAccounts()
  const accessId = await letApp(claire, [claire.current], { from: Date.UTC(2026, 10, 20) })
  const opened = await read(claire.personId, accessId)
  assert.ok(opened.ok)
  assert.deepEqual(opened.value.payments, [], 'the payment was posted on 2 November')
})

test('what an app was let is never lent where many people’s data is: there nobody says for which app', async () => {
  const emma = await withAccounts()
  await letApp(emma, [emma.current])
  const [opened] = await rooms.vault.openEach(
    { purpose: 'own-app', actor: CHAT, what: 'app-accounts', links: [emma] },
    async (loan) => reveal(await loan.accounts()).length,
  )
  assert.equal(opened!.ok ? opened!.value : opened!.why, 'never-consented')
})

test('what one app was allowed opens nothing to another, nor to Guichet itself', async () => {
  const david = await withAccounts()
  const budget = await letApp(david, [david.current])
  const taxes = await letApp(david, [david.savings])
  const [first, second] = [await read(david.personId, budget), await read(david.personId, taxes)]
  assert.ok(first.ok && second.ok, 'two apps may read beside each other')
  assert.deepEqual([first.value.accounts, second.value.accounts], [[david.current], [david.savings]])
  const refused = async (accessId: string | undefined) => {
    const opened = await read(david.personId, accessId)
    return opened.ok ? 'lent' : opened.why
  }
  assert.equal(await refused(undefined), 'never-consented')
  assert.equal(await refused('acs_of_nobody'), 'never-consented')
  const amina = await withAccounts()
  const other = await read(amina.personId, budget)
  assert.equal(other.ok, false, 'nor to that app about somebody else')
})

test('the read after an app was ended is refused and logged, and the other app reads on', async () => {
  const amina = await withAccounts()
  const budget = await letApp(amina, [amina.current])
  const taxes = await letApp(amina, [amina.current])
  const grant = (await rooms.consents.ofAccess(rooms.sql.rooms, budget))[0]!
  await rooms.vault.withdraw(amina.personId, grant.id)
  const refused = await read(amina.personId, budget)
  assert.ok(!refused.ok && refused.why === 'consent-withdrawn')
  const [entry] = await rooms.vault.diary.entries(amina.personId, { limit: 1 })
  assert.equal(entry!.record.decision, 'refused:consent-withdrawn')
  assert.ok((await read(amina.personId, taxes)).ok)
  await assert.rejects(rooms.vault.endApp(amina.personId, budget, 'withdrawn'), isFault('already-done'))
})

test('an app’s access is over at the instant that the person chose', async () => {
  const bruno = await withAccounts()
  const accessId = await letApp(bruno, [bruno.current], { until: clock.now() + HOUR })
  assert.ok((await read(bruno.personId, accessId)).ok)
  const ending = await rooms.consents.ending(rooms.sql.rooms, clock.now() + 2 * HOUR)
  assert.deepEqual(
    ending.filter(({ linkId }) => linkId === bruno.linkId),
    [],
    'nobody is asked to renew it here: the app asks anew by itself',
  )
  clock.advance(HOUR)
  const over = await read(bruno.personId, accessId)
  assert.ok(!over.ok && over.why === 'consent-expired')
})

test('nobody can let an app read an account that is not theirs, nor answer one request twice', async () => {
  const [amina, bruno] = [await withAccounts(), await withAccounts()]
  await assert.rejects(letApp(amina, [bruno.current]), isFault('not-found'))
  await assert.rejects(letApp({ ...amina, linkId: bruno.linkId }, [bruno.current]), isFault('not-found'))
  await assert.rejects(letApp(amina, []), isFault('not-found'))
  const accessId = await letApp(amina, [amina.current])
  await assert.rejects(letApp(amina, [amina.savings], { accessId }), isFault('already-done'))
})

test('withdrawing the last of Guichet’s own purposes gives the bank its access back, though an app reads on', async () => {
  const david = await withAccounts()
  const accessId = await letApp(david, [david.current])
  await rooms.vault.withdraw(david.personId, david.grants[0]!.id)
  assert.deepEqual(await rooms.vault.livePurposes(david.linkId, ['walk-away']), ['walk-away'])
  assert.ok((await read(david.personId, accessId)).ok, 'what is kept')
})

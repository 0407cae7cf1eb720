/** Promise 2: nothing is read without a live consent for that very purpose. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isPurpose, OFFERED_PURPOSES, PURPOSES, type Purpose } from '#consent'
import { HOUR } from '#kit'
import { CHAT, movableClock, openRooms, payment } from '../fixtures/rooms.ts'
import { waysOfReading } from '../fixtures/ways-of-reading.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

const attempt = async (personId: string, purpose: Purpose) => {
  const opened = await rooms.vault.open(
    { personId, purpose, actor: CHAT, what: 'answer-balance' },
    async () => 'lent',
  )
  return opened.ok ? opened.value : opened.why
}

test('consent to one purpose opens that purpose and no other', async () => {
  for (const granted of OFFERED_PURPOSES) {
    const { personId } = await rooms.linkPerson([granted])
    for (const purpose of Object.keys(PURPOSES) as Purpose[]) {
      const expected = purpose === granted ? 'lent' : 'never-consented'
      assert.equal(await attempt(personId, purpose), expected, `${granted} granted, ${purpose} asked`)
    }
  }
})

test('the list of purposes is closed: no advertising, no third parties, under any name', () => {
  // Terms of the W3C Data Privacy Vocabulary 2.0 that Guichet must never know.
  const forbidden = [
    'Advertising',
    'PersonalisedAdvertising',
    'TargetedAdvertising',
    'SocialMediaMarketing',
    'SellDataToThirdParties',
    'SellInsightsFromData',
    'CreditChecking',
    'MaintainCreditCheckingDatabase',
    'MaintainCreditRatingDatabase',
    'ImproveExistingProductsAndServices',
  ]
  const terms = Object.values(PURPOSES).map(({ dpv }) => dpv as string)
  for (const term of forbidden) {
    assert.ok(!terms.includes(term), term)
    assert.ok(!isPurpose(term) && !isPurpose(term.toLowerCase()), term)
  }
  assert.throws(() => {
    ;(PURPOSES as Record<string, unknown>).advertising = {}
  }, TypeError)
  assert.ok(!isPurpose('advertising'), 'nothing can be registered at run time')
})

test('the read after a withdrawal is refused, and a new grant opens again', async () => {
  const { personId, grants, subject } = await rooms.linkPerson(['account-view', 'spending-insights'])
  assert.equal(await attempt(personId, 'spending-insights'), 'lent')
  const insights = grants.find((grant) => grant.purpose === 'spending-insights')!
  await rooms.vault.withdraw(personId, insights.id)
  assert.equal(await attempt(personId, 'spending-insights'), 'consent-withdrawn')
  assert.equal(await attempt(personId, 'account-view'), 'lent', 'the other purpose stands')

  await rooms.vault.admit({
    personId,
    bankId: 'chase',
    bankName: 'Chase',
    subject,
    purposes: ['spending-insights'],
    connection: {
      accessToken: 'a',
      accessTokenExpiresAt: 0,
      refreshToken: null,
      dpopJwk: {},
      bankConsentId: 'c',
      subject,
    },
    act: { locale: 'en', via: 'bank-consent-page' },
  })
  assert.equal(await attempt(personId, 'spending-insights'), 'lent')
})

test('what is of two purposes is read with both alive, and neither stands in for the other', async () => {
  const { personId, grants } = await rooms.linkPerson(['account-view', 'spending-insights'])
  const forecast = async (of: string) => {
    const opened = await rooms.vault.open(
      {
        personId: of,
        purpose: 'account-view',
        alsoFor: 'spending-insights',
        actor: CHAT,
        what: 'answer-forecast',
      },
      async () => 'lent',
    )
    return opened.ok ? opened.value : `${opened.purpose}: ${opened.why}`
  }
  assert.equal(await forecast(personId), 'lent')
  for (const purpose of ['account-view', 'spending-insights'] as const) {
    const one = await rooms.linkPerson([purpose])
    const other = purpose === 'account-view' ? 'spending-insights' : 'account-view'
    assert.equal(await forecast(one.personId), `${other}: never-consented`)
  }
  await rooms.vault.withdraw(personId, grants.find(({ purpose }) => purpose === 'spending-insights')!.id)
  assert.equal(await forecast(personId), 'spending-insights: consent-withdrawn')
})

test('a person’s grant cannot be withdrawn, or even seen, by somebody else', async () => {
  const amina = await rooms.linkPerson(['account-view'])
  const bruno = await rooms.linkPerson(['account-view'])
  await assert.rejects(rooms.vault.withdraw(bruno.personId, amina.grants[0]!.id), /not-found/)
  assert.equal(await attempt(amina.personId, 'account-view'), 'lent')
})

test('a copy for oneself is a consent used up by one read', async () => {
  const { personId, linkId } = await rooms.linkPerson(['account-view'])
  await rooms.vault.grantOnce(linkId, 'own-copy', { locale: 'en', via: 'privacy-centre' })
  assert.equal(await attempt(personId, 'own-copy'), 'lent')
  assert.notEqual(await attempt(personId, 'own-copy'), 'lent')
})

for (const [way, read] of Object.entries(waysOfReading(() => rooms))) {
  test(`in a thousand races of reading ${way} against withdrawing, no read begins after the withdrawal is done`, async () => {
    const use = () => Promise.resolve()
    for (let round = 0; round < 25; round++) {
      const person = await rooms.linkCustomer(['account-view'])
      let withdrawn = false
      const readers = Array.from({ length: 40 }, async () => {
        const beganAfter = withdrawn
        const wasLent = await read({ ...person, use })
        if (beganAfter) assert.equal(wasLent, false)
      })
      const withdrawal = rooms.vault.withdraw(person.personId, person.grants[0]!.id).then(() => {
        withdrawn = true
      })
      await Promise.all([...readers, withdrawal])
      assert.equal(await read({ ...person, use }), false)
      assert.equal(await attempt(person.personId, 'account-view'), 'consent-withdrawn')
    }
  })

  test(`while something is read ${way}, its withdrawal waits`, async () => {
    const person = await rooms.linkCustomer(['account-view'])
    const order: string[] = []
    let withdrawal: Promise<void> | undefined
    const use = async () => {
      withdrawal = rooms.vault.withdraw(person.personId, person.grants[0]!.id).then(() => {
        order.push('withdrawn')
      })
      await rooms.untilItWaits(withdrawal)
      order.push('read')
    }
    assert.equal(await read({ ...person, use }), true)
    await withdrawal
    assert.deepEqual(order, ['read', 'withdrawn'])
  })
}

test('what is older than the purpose’s look-back is not lent', async () => {
  const { personId } = await rooms.linkPerson(['account-view'])
  const oldest = clock.now() - PURPOSES['account-view'].lookbackDays * 24 * HOUR
  const ask = { personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' } as const
  await rooms.vault.open(ask, (loan) =>
    loan.keep('transaction', [
      payment({ id: 'txn_old', at: oldest - HOUR }),
      payment({ id: 'txn_new', at: oldest + HOUR }),
    ]),
  )
  assert.equal(await lengthOf(personId), 1)
})

async function lengthOf(personId: string): Promise<number> {
  let count = -1
  await rooms.vault.open(
    { personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' },
    async (loan) => {
      ;(await loan.transactions()).map((all) => {
        count = all.length
        return count
      })
    },
  )
  return count
}

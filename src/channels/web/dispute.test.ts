import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { DAY, Fault, HOUR, MINUTE, money } from '#kit'
import { payment } from '../../../tests/fixtures/rooms.ts'
import type { MessageJson } from '../../http/api.ts'
import { ENGLISH, FRENCH, NOW, openChat } from './chat.fixture.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
beforeEach(() => {
  house.desk.fails = null
  house.desk.done.clear()
  house.clock.advance(NOW - house.clock.now())
})
after(() => house.close())

type Person = Awaited<ReturnType<typeof house.amina>>

const button = ({ actions }: MessageJson, label: RegExp): string => {
  const action = actions.find((one) => label.test(one.label))
  assert.ok(
    action && 'token' in action,
    `no button ${label} among ${actions.map((one) => one.label).join(', ')}`,
  )
  return action.token
}

async function asked(over: Parameters<typeof house.raiseCase>[1] = {}) {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await house.keepPayments(person, [
    payment({ id: `kiosk-${person.linkId}`, at: NOW - 2 * 24 * HOUR, descriptor: 'corner kiosk' }),
  ])
  const caseId = await house.raiseCase(person, over)
  const ids = { personId: person.personId, linkId: person.linkId, caseId }
  await house.chat.tellCase(ids)
  return { person, ids, alert: (await house.all(person.personId)).at(-1)! }
}

const tap = async ({ personId }: Person, message: MessageJson, label: RegExp, chosen: string[] = []) =>
  (await house.chat.act(personId, button(message, label), ENGLISH, chosen)).filter(
    ({ from }) => from === 'guichet',
  )

/** Has the orders done that are due, as the jobs do. */
async function carryOutAll({ personId, linkId }: Person) {
  const orders = await house.sql.rooms.query<{ orderId: string }>(
    `select id as "orderId" from channels.bank_order
     where person_id = $1 and done_at is null and refused_at is null order by wanted_at, id`,
    [personId],
  )
  for (const { orderId } of orders) await house.chat.carryOut({ personId, linkId, orderId })
}

const last = async ({ personId }: Person) => (await house.all(personId)).at(-1)!

test('“not me” opens a dispute with a number, the rights with their source, and the latest payments to mark', async () => {
  const { person, alert } = await asked()
  const [said] = await tap(person, alert, /block my card/)
  assert.match(said!.text, /I opened dispute G-7K4M-2Q today at 14:05\. It goes to Chase at 14:35/)
  assert.match(said!.text, /\$50 at most.*12 CFR 1005\.6/)
  assert.equal(said!.show?.type, 'transactions')
  const { actions } = said!
  assert.deepEqual(
    actions.map(({ label }) => label),
    ['The ticked ones were not me', 'It was me after all'],
  )
  assert.ok(actions[0] && 'chooses' in actions[0] && actions[0].chooses === 'payments')
})

test('a dispute of several payments names each, those too that joined the question without being asked about', async () => {
  const { person, alert } = await asked({ attachedTransactionIds: ['small-one', 'small-two'] })
  await house.keepPayments(person, [
    payment({ id: 'small-one', at: NOW, descriptor: 'pixel topup 24', amount: money(-79, 'GBP') }),
    payment({ id: 'small-two', at: NOW, descriptor: 'globe gifts', amount: money(-100, 'GBP') }),
  ])
  const [said] = await tap(person, alert, /block my card/)
  assert.match(
    said!.text,
    /3 payments are in dispute now:\n• .*\n• £0\.79 to Pixel Topup, today at 14:05\n• £1\.00 to Globe Gifts, .*\nI opened dispute/,
  )
  const french = (await house.all(person.personId, 'fr')).find(({ id }) => id === said!.id)
  assert.match(french!.text, /3 paiements sont contestés maintenant\u00a0:\n• /)
})

test('the dispute goes to the bank after half an hour, once, with the payments that were marked', async () => {
  const { person, alert, ids } = await asked()
  await house.chat.tellCase(ids)
  const [said] = await tap(person, alert, /block my card/)
  assert.ok(said!.show?.type === 'transactions')
  const kiosk = said!.show.rows[0]!.id
  const [marked] = await tap(person, said!, /ticked/, [kiosk])
  assert.match(marked!.text, /2 payments are now in dispute G-7K4M-2Q/)
  await carryOutAll(person)
  assert.equal(house.desk.orders('dispute').length, 0, 'it can still be taken back')

  house.clock.advance(31 * MINUTE)
  await carryOutAll(person)
  const [sent, ...others] = house.desk.orders('dispute')
  assert.equal(others.length, 0)
  assert.equal(sent!.payments.length, 2)
  assert.equal(sent!.notifiedAt, NOW)
  assert.match(
    (await last(person)).text,
    /Chase has your dispute G-7K4M-2Q since 14:36, under its reference R-2/,
  )
  assert.equal((await house.caseOf(person))?.dispute?.bankDisputeId, 'R-2')
})

test('until it is sent a dispute lets a payment go that was the person’s own, and the rest goes to the bank', async () => {
  const { person, alert } = await asked({ attachedTransactionIds: ['own-small', 'not-own'] })
  await house.keepPayments(person, [
    payment({ id: 'own-small', at: NOW, descriptor: 'pixel topup 24', amount: money(-79, 'GBP') }),
    payment({ id: 'not-own', at: NOW, descriptor: 'globe gifts', amount: money(-100, 'GBP') }),
  ])
  const [opened] = await tap(person, alert, /block my card/)
  const [which] = await tap(person, opened!, /Some of these were me/)
  assert.ok(which!.show?.type === 'transactions')
  assert.deepEqual(which!.show.rows.map(({ id }) => id).sort(), ['not-own', 'own-small'])
  const [noted] = await tap(person, which!, /ticked ones were me/, ['own-small'])
  assert.match(noted!.text, /^1 payment has left dispute G-7K4M-2Q and counts as yours\..* at 14:35\.\n/)
  assert.deepEqual(
    noted!.actions.map(({ label }) => label),
    ['The ticked ones were not me', 'Some of these were me', 'It was me after all'],
  )
  assert.deepEqual((await house.caseOf(person))!.attachedTransactionIds, ['not-own'])
  house.clock.advance(31 * MINUTE)
  await carryOutAll(person)
  assert.deepEqual(
    house.desk.orders('dispute').map(({ payments }) => payments.length),
    [2],
  )
})

test('what was let go or undone before the dispute leaves is not in it; where all was, that is said and nothing goes', async () => {
  const letGo = (linkId: string) =>
    payment({ id: `odd-${linkId}`, at: NOW - 5_000, status: 'released', postedAt: null })
  const { person, alert } = await asked()
  const { linkId } = person
  const [said] = await tap(person, alert, /block my card/)
  assert.ok(said!.show?.type === 'transactions')
  await tap(person, said!, /ticked/, [said!.show.rows[0]!.id])
  await house.keepPayments(person, [letGo(linkId)])
  house.clock.advance(31 * MINUTE)
  await carryOutAll(person)
  assert.deepEqual(
    house.desk.orders('dispute').map(({ payments }) => payments.length),
    [1],
  )

  house.clock.advance(NOW - house.clock.now())
  house.desk.done.clear()
  const alone = await asked()
  const [opened] = await tap(alone.person, alone.alert, /block my card/)
  assert.match(opened!.text, /It goes to Chase at 14:35/)
  await house.keepPayments(alone.person, [letGo(alone.person.linkId)])
  house.clock.advance(31 * MINUTE)
  await carryOutAll(alone.person)
  await carryOutAll(alone.person)
  assert.equal(house.desk.orders('dispute').length, 0)
  const told = (await house.all(alone.person.personId)).filter(({ text }) => /Nothing of dispute/.test(text))
  assert.deepEqual(
    told.map(({ text }) => text),
    [
      'Nothing of dispute G-7K4M-2Q is paid so far, so nothing of it goes to Chase yet. If something of it is charged within two weeks, I send it then.',
    ],
  )
  const [back] = await tap(alone.person, opened!, /It was me after all/)
  assert.doesNotMatch(back!.text, /only Chase can take it back/)
})

test('a shop that charges after all what it had let go is disputed then, for two weeks', async () => {
  const held = async () => {
    const { person, alert } = await asked()
    const odd = (status: 'released' | 'posted') =>
      house.keepPayments(person, [
        payment({ id: `odd-${person.linkId}`, at: NOW - 5_000, status, postedAt: null }),
      ])
    await tap(person, alert, /block my card/)
    await odd('released')
    house.clock.advance(31 * MINUTE)
    await carryOutAll(person)
    return { person, charge: () => odd('posted') }
  }
  const soon = await held()
  house.clock.advance(DAY)
  await carryOutAll(soon.person)
  assert.equal(house.desk.orders('dispute').length, 0)
  await soon.charge()
  house.clock.advance(DAY)
  await carryOutAll(soon.person)
  assert.equal(house.desk.orders('dispute').length, 1)
  const told = (await house.all(soon.person.personId)).filter(({ text }) => /Nothing of dispute/.test(text))
  assert.equal(told.length, 1, 'it is not said again each day')

  house.clock.advance(NOW - house.clock.now())
  house.desk.done.clear()
  const never = await held()
  for (let days = 0; days < 15; days++) {
    house.clock.advance(DAY)
    await carryOutAll(never.person)
  }
  await never.charge()
  house.clock.advance(DAY)
  await carryOutAll(never.person)
  assert.equal(house.desk.orders('dispute').length, 0)
  assert.equal((await house.caseOf(never.person))!.dispute, undefined)
})

test('a payment that is ticked after the dispute was taken back changes nothing, and is not said to be in it', async () => {
  const { person, alert } = await asked()
  const [said] = await tap(person, alert, /block my card/)
  assert.ok(said!.show?.type === 'transactions')
  const kiosk = said!.show.rows[0]!.id
  await house.fraudAnswer(person, 'was-me')
  const [late] = await tap(person, said!, /ticked/, [kiosk])
  assert.equal(late!.text, 'All right: nothing is changed.')
  assert.equal((await house.caseOf(person))?.state, 'was-me')
})

test('ticking nothing, or a payment that was not offered, is refused and uses nothing up', async () => {
  const { person, alert } = await asked()
  const [said] = await tap(person, alert, /block my card/)
  const malformed = (error: unknown) => error instanceof Fault && error.code === 'request-malformed'
  await assert.rejects(tap(person, said!, /ticked/), malformed)
  await assert.rejects(tap(person, said!, /ticked/, ['txn_somebody_elses']), malformed)
  assert.equal((await tap(person, said!, /after all/)).length, 1)
})

test('a change of mind takes the dispute back until it is sent, and says that the card stays blocked', async () => {
  const { person, alert } = await asked()
  const [said] = await tap(person, alert, /block my card/)
  const [back] = await tap(person, said!, /It was me after all/)
  assert.match(back!.text, /Dispute G-7K4M-2Q is taken back/)
  assert.match(back!.text, /stays blocked at Chase until you have it unblocked on our own page/)
  assert.ok(back!.actions.some((action) => 'href' in action && action.href === '/cards'))
  house.clock.advance(HOUR)
  await carryOutAll(person)
  assert.equal(house.desk.orders('dispute').length, 0)
})

test('a change of mind after half an hour is sent to the bank’s telephone', async () => {
  const { person, alert } = await asked()
  const [said] = await tap(person, alert, /block my card/)
  house.clock.advance(31 * MINUTE)
  const [late] = await tap(person, said!, /It was me after all/)
  assert.match(late!.text, /only Chase can take it back: call Chase on \+1 800 555 0100/)
  assert.equal((await house.caseOf(person))?.state, 'confirmed-fraud')
})

test('a payment the bank refused is let through at once by “it was me”, and said when it is done', async () => {
  const { person, alert } = await asked({
    raisedBy: 'bank',
    reasons: [],
    declined: { bankTransactionId: 'aut_1', releasableUntil: NOW + HOUR, releasedAt: null },
  })
  assert.match(
    alert.text,
    /Chase refused this payment: nothing was paid\. If it was you, say so before 15:05/,
  )
  const said = await tap(person, alert, /it was me/)
  assert.match(said[0]!.text, /telling Chase to let the payment through/)
  assert.match(said[1]!.text, /Chase has let your payment through, at 14:05/)
  assert.equal(house.desk.orders('release')[0]!.bankTransactionId, 'aut_1')
  assert.equal((await house.caseOf(person))?.declined?.releasedAt, NOW)
})

test('a refused payment that can no longer be let through is said, with the telephone', async () => {
  const { person, alert } = await asked({
    declined: { bankTransactionId: 'aut_1', releasableUntil: NOW + HOUR, releasedAt: null },
  })
  house.desk.fails = new Fault('bank-refused')
  const said = await tap(person, alert, /it was me/)
  assert.match(said[1]!.text, /did not let the payment through any more.*call Chase/)
})

const refused = (releasableUntil: number | null) => ({
  raisedBy: 'bank' as const,
  reasons: [],
  declined: { bankTransactionId: 'aut_1', releasableUntil, releasedAt: null },
})

test('“it was me” after a mistaken “no” lets a refused payment through, and says that the card stays blocked', async () => {
  const { person, alert } = await asked(refused(NOW + HOUR))
  const [said] = await tap(person, alert, /block my card/)
  house.clock.advance(MINUTE)
  const back = await tap(person, said!, /It was me after all/)
  assert.match(back[0]!.text, /^Noted: it was you after all\. Case G-7K4M-2Q is closed/)
  assert.match(back[0]!.text, /telling Chase to let the payment through/)
  assert.match(back[0]!.text, /stays blocked at Chase/)
  assert.equal(house.desk.orders('release').length, 1)
  assert.equal((await house.caseOf(person))?.declined?.releasedAt, house.clock.now())
})

test('a refused payment is not let through while its case stays a fraud', async () => {
  const { person, alert } = await asked(refused(NOW + 24 * HOUR))
  const [said] = await tap(person, alert, /block my card/)
  assert.ok(said!.show?.type === 'transactions')
  const [marked] = await tap(person, said!, /ticked/, [said!.show.rows[0]!.id])
  house.clock.advance(31 * MINUTE)
  const late = await tap(person, marked!, /It was me after all/)
  assert.match(late[0]!.text, /only Chase can take it back/)
  assert.equal((await house.caseOf(person))?.state, 'confirmed-fraud')
  assert.equal(house.desk.orders('release').length, 0)
})

test('what the bank can no longer let through is not ordered, and the person is told to pay again', async () => {
  for (const [releasableUntil, says] of [
    [NOW + MINUTE, /Chase can no longer let this payment through.*pay again/],
    [null, /Chase refused this payment for good.*pay again/],
  ] as const) {
    house.clock.advance(NOW - house.clock.now())
    const { person, alert } = await asked(refused(releasableUntil))
    house.clock.advance(2 * MINUTE)
    const said = await tap(person, alert, /it was me/)
    assert.equal(said.length, 1)
    assert.match(said[0]!.text, says)
    assert.doesNotMatch(said[0]!.text, /telling Chase/)
    assert.equal(house.desk.orders('release').length, 0)
  }
})

test('said twice, “it was me” lets a payment through once', async () => {
  const { person, ids, alert } = await asked(refused(NOW + HOUR))
  house.clock.advance(15 * MINUTE)
  await house.chat.tellCaseAgain(ids)
  const again = await last(person)
  house.desk.fails = new Fault('bank-unreachable')
  await tap(person, alert, /it was me/)
  const [second] = await tap(person, again, /it was me/)
  assert.doesNotMatch(second!.text, /can no longer/)
  house.desk.fails = null
  await carryOutAll(person)
  assert.equal(house.desk.orders('release').length, 1)
})

test('a person’s last word counts for what a bank that was down has not been told yet', async () => {
  const { person, alert } = await asked(refused(NOW + HOUR))
  house.desk.fails = new Fault('bank-unreachable')
  const [said] = await tap(person, alert, /it was me/)
  await tap(person, said!, /not me after all/)
  house.desk.fails = null
  await carryOutAll(person)
  assert.equal(house.desk.orders('release').length, 0, 'nothing is let through that was not theirs')
  assert.equal(house.desk.orders('block').length, 1)

  const other = await asked(refused(NOW + HOUR))
  house.desk.done.clear()
  house.desk.fails = new Fault('bank-unreachable')
  const [first] = await tap(other.person, other.alert, /block my card/)
  await tap(other.person, first!, /It was me after all/)
  house.desk.fails = null
  await carryOutAll(other.person)
  assert.equal(house.desk.orders('block').length, 0, 'no card is blocked for a payment that was theirs')
  assert.equal(house.desk.orders('release').length, 1)
})

test('a refused payment is said to wait for a yes only while it does, also when it is asked about again', async () => {
  const { person, ids, alert } = await asked(refused(NOW + 10 * MINUTE))
  assert.match(alert.text, /refused this payment: nothing was paid\. If it was you, say so before 14:15/)
  house.clock.advance(15 * MINUTE)
  await house.chat.tellCaseAgain(ids)
  const again = await last(person)
  assert.match(again.text, /refused this payment: nothing was paid\.\n/)
  const late = await asked(refused(NOW + 12 * HOUR))
  assert.match(late.alert.text, /say so before 02:05 on .*24 November.* and Chase/)
})

test('a bank that does not answer our reads has its payments asked about all the same: the question comes first', async () => {
  house.down.set('chase', NOW - HOUR)
  const { person, alert } = await asked()
  assert.match(alert.text, /^Was this you\?/)
  const [said] = await tap(person, alert, /block my card/)
  assert.match(said!.text, /^Understood: this was not you\./)
  house.down.clear()
})

test('the bank’s own alert says that the bank asks', async () => {
  const { alert } = await asked({ raisedBy: 'bank', reasons: [] })
  assert.match(alert.text, /Chase’s own fraud watch asks/)
})

test('a question that nobody answers is asked once more with the telephone, and noted for the bank’s people', async () => {
  const { person, ids } = await asked()
  house.clock.advance(15 * MINUTE)
  await house.chat.tellCaseAgain(ids)
  await house.chat.tellCaseAgain(ids)
  const alerts = (await house.all(person.personId)).filter(({ kind }) => kind === 'alert')
  assert.equal(alerts.length, 2)
  assert.match(
    alerts[1]!.text,
    /no answer yet.*call Chase on \+1 800 555 0100 and quote case number G-7K4M-2Q/,
  )
  const requests = await house.sql.rooms.query(
    `select number, kind from channels.request where person_id = $1`,
    [person.personId],
  )
  assert.deepEqual(requests, [{ number: 'G-7K4M-2Q', kind: 'unanswered-alert' }])
  assert.equal((await tap(person, alerts[1]!, /it was me/)).length, 1)
})

test('a question that was answered is not asked again', async () => {
  const { person, ids, alert } = await asked()
  await tap(person, alert, /it was me/)
  const before = (await house.all(person.personId)).length
  await house.chat.tellCaseAgain(ids)
  assert.equal((await house.all(person.personId)).length, before)
})

test('how the bank decided is told once, in the reader’s language', async () => {
  const { person, ids } = await asked({
    state: 'confirmed-fraud',
    answeredAt: NOW,
    dispute: {
      openedAt: NOW,
      sendAfter: NOW,
      sentAt: NOW,
      bankDisputeId: 'D-1',
      outcome: { decided: 'against', at: NOW },
    },
  })
  await house.chat.tellDecision(ids)
  await house.chat.tellDecision(ids)
  const english = (await house.all(person.personId)).filter(({ text }) => /decided dispute/.test(text))
  assert.equal(english.length, 1)
  assert.match(english[0]!.text, /against you.*If you do not agree, call Chase/)
  const french = await house.all(person.personId, FRENCH.locale)
  assert.match(french.at(-1)!.text, /a tranché la contestation G-7K4M-2Q en votre défaveur/)
})

test('a forgotten subscription is asked about once more before the card is blocked; saying it again blocks it', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const days = [91, 61, 30]
  await house.keepPayments(
    person,
    [...days, 0].map((daysAgo) =>
      payment({
        id: `bill-${daysAgo}-${person.linkId}`,
        at: NOW - daysAgo * 24 * HOUR,
        amount: money(-999, 'GBP'),
        descriptor: 'streamvault.com',
        mcc: null,
        country: 'GB',
        entryMode: 'online',
      }),
    ),
  )
  const caseId = await house.raiseCase(person, {
    transactionId: `bill-0-${person.linkId}`,
    reasons: [],
    raisedBy: 'bank',
  })
  await house.chat.tellCase({ ...person, caseId })
  const alert = await last(person)
  assert.match(
    alert.text,
    /your card is blocked at once, or after one more question if you may have forgotten it/,
  )
  const [doubt] = await tap(person, alert, /block my card/)
  assert.match(doubt!.text, /One question first: you have paid .* every month since August 2026/)
  assert.equal(house.desk.done.size, 0)
  const [said] = await tap(person, doubt!, /Still not me/)
  assert.match(said!.text, /I opened dispute/)
  assert.equal(house.desk.orders('block').length, 1)
})

/** Two tabs, two browsers, two taps: through the doors of the whole house, with simulated banks. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { explainReport, verifyFile } from '#accesslog'
import { visitBank } from '../../sim/testing/client.ts'
import type { BankJson, PrivacyJson, RedirectJson, SessionJson } from '../../src/http/api.ts'
import { eventually, openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
before(async () => {
  town = await openTown()
})
after(() => town.close())

const idOf = async (visitor: Visitor) => (await visitor.get<SessionJson>('/api/session')).person?.id

/** To a bank's page and back to the door; the door itself is not entered yet. */
async function begin(visitor: Visitor, bankId: string, username: string, purposes = ['account-view']) {
  if (visitor.cookies.size === 0) await visitor.arrive()
  const { redirect } = await visitor.post<RedirectJson>('/api/links', { bankId, purposes, locale: 'en' })
  const back = new URL(await visitBank(redirect, { username }))
  return `${back.pathname}${back.search}`
}

async function enter(visitor: Visitor, path: string): Promise<string | null> {
  const landed = await visitor.call('GET', path)
  assert.equal(landed.status, 303)
  return landed.headers.get('location')
}

test('two first messages sent at the same moment are one conversation of one person', async () => {
  const visitor = town.visitor()
  await visitor.arrive()
  await Promise.all([visitor.say('Hello'), visitor.say('help'), visitor.say('thanks')])
  const own = (await visitor.messages()).filter(({ from }) => from === 'person')
  assert.deepEqual(own.map(({ text }) => text).sort(), ['Hello', 'help', 'thanks'])
})

test('two banks can be linked in two tabs, whichever comes back first', async () => {
  const visitor = town.visitor()
  await visitor.arrive()
  const first = await begin(visitor, 'chase', 'amina')
  const second = await begin(visitor, 'citi', 'amina')
  assert.equal(await enter(visitor, second), '/?linked=citi')
  assert.equal(await enter(visitor, first), '/?linked=chase')
  const banks = await visitor.get<BankJson[]>('/api/banks')
  assert.deepEqual(
    banks
      .filter(({ linked }) => linked)
      .map(({ id }) => id)
      .sort(),
    ['chase', 'citi'],
  )
})

test('a bank linked in two browsers at the same moment is one person in both', async () => {
  const phone = town.visitor()
  const desktop = town.visitor()
  const paths = await Promise.all([begin(phone, 'chase', 'bruno'), begin(desktop, 'chase', 'bruno')])
  const landed = await Promise.all([enter(phone, paths[0]!), enter(desktop, paths[1]!)])
  assert.deepEqual(landed, ['/?linked=chase', '/?linked=chase'])
  const ids = [await idOf(phone), await idOf(desktop)]
  assert.ok(ids[0])
  assert.equal(ids[0], ids[1])
  const privacy = await phone.get<PrivacyJson>('/api/privacy')
  assert.equal(privacy.links.length, 1)
  await eventually('one consent at the bank, the superseded one handed back', async () => {
    return town.bank('chase').consentsOf('bruno').length === 1
  })
})

test('a return from the bank opens nothing in another browser, and nothing a second time', async () => {
  const visitor = town.visitor()
  await visitor.arrive()
  const path = await begin(visitor, 'citi', 'bruno')
  const thief = town.visitor()
  await thief.arrive()
  assert.equal(await enter(thief, path), '/?error=link-state-wrong')
  assert.equal(await enter(town.visitor(), path), '/?error=link-state-wrong')
  assert.equal(await idOf(thief), undefined)
  assert.equal(await enter(visitor, path), '/?linked=citi')
  assert.equal(await enter(visitor, path), '/?error=link-state-wrong')
})

test('a browser that speaks for one person does not take over another’s bank, and nothing is left at the bank', async () => {
  const bank = town.bank('chase')
  const amina = town.visitor()
  assert.equal(await amina.link('citi', ['account-view'], 'amina'), '/?linked=citi')
  const before = bank.consentsOf('bruno').length
  const path = await begin(amina, 'chase', 'bruno')
  assert.equal(bank.consentsOf('bruno').length, before + 1)
  assert.equal(await enter(amina, path), '/?error=already-done')
  assert.equal(bank.consentsOf('bruno').length, before, 'the access that nobody keeps went back')
  const banks = await amina.get<BankJson[]>('/api/banks')
  assert.deepEqual(
    banks
      .filter(({ linked }) => linked)
      .map(({ id }) => id)
      .sort(),
    ['chase', 'citi'],
  )
})

test('whoever signs in as somebody else does not finish what the first had begun', async () => {
  const visitor = town.visitor()
  await visitor.link('citi', ['account-view'], 'amina')
  const begun = await begin(visitor, 'chase', 'amina')
  assert.equal(await visitor.signIn('citi', 'bruno'), '/?signed-in=1')
  assert.equal(await enter(visitor, begun), '/?error=link-state-wrong')
})

test('signing out ends the pages that were left open, and the session for good', async () => {
  const visitor = town.visitor()
  await visitor.say('Hello')
  const copy = new Map(visitor.cookies)
  const stream = await visitor.call('GET', '/api/events?tab=left-open')
  assert.equal(stream.status, 200)
  const reader = stream.body!.getReader()
  await reader.read()
  let isEnded = false
  const listening = (async () => {
    while (!(await reader.read()).done);
    isEnded = true
  })()
  assert.equal((await visitor.call('POST', '/api/signout', {})).status, 204)
  await eventually('the page hears that it is over', async () => isEnded)
  await listening
  for (const [name, value] of copy) visitor.cookies.set(name, value)
  const { person } = await visitor.get<SessionJson>('/api/session')
  assert.equal(person, null, 'a copied cookie opens nothing')
  assert.equal((await visitor.call('GET', '/api/events')).status, 401)
})

test('a page that waits for the bank does not keep another page waiting', async () => {
  const bank = town.bank('chase')
  const visitor = town.visitor()
  await visitor.link('chase', ['account-view', 'fraud-alerts'], 'amina')
  await eventually('the accounts', async () => (await visitor.say('balance'))[0]?.show?.type === 'accounts')
  const [asked] = await visitor.say('block my card')
  const action = asked!.actions.find((one) => 'token' in one && one.style === 'danger')!
  assert.ok('token' in action)
  const pages = await Promise.all(
    ['asks', 'listens'].map((tab) => visitor.call('GET', `/api/events?tab=${tab}`)),
  )
  bank.faults.set('block', 'hang')
  let isAnswered = false
  const tap = visitor
    .call('POST', `/api/chat/actions/${action.token}`, {}, { 'x-tab': 'asks' })
    .finally(() => {
      isAnswered = true
    })
  await readUntil(pages[1]!, `"text":${JSON.stringify(action.label)}`)
  assert.equal(isAnswered, false, 'the bank had not answered yet')
  bank.faults.clear()
  bank.faults.release()
  await tap
  await pages[0]!.body!.cancel()
  await eventually('the card is blocked after all', async () =>
    (await visitor.messages()).some(({ text }) => /is blocked/.test(text)),
  )
  bank.unblock('amina')
})

async function readUntil(page: Response, wanted: string): Promise<void> {
  const reader = page.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes(wanted)) {
    const { done, value } = await reader.read()
    if (done) throw new Error(`the page was closed after: ${text}`)
    text += value
  }
  await reader.cancel()
}

test('of two taps at the same moment one counts', async () => {
  const visitor = town.visitor()
  await visitor.link('chase', ['account-view', 'fraud-alerts'], 'amina')
  await eventually('the accounts', async () => (await visitor.say('balance'))[0]?.show?.type === 'accounts')
  const [asked] = await visitor.say('block my card')
  const action = asked!.actions.find((one) => 'token' in one && one.style === 'danger')!
  const taps = await Promise.allSettled([visitor.tap(action), visitor.tap(action), visitor.tap(action)])
  assert.deepEqual(taps.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected'])
  for (const tap of taps) if (tap.status === 'rejected') assert.match(String(tap.reason), /already-done/)
  town.bank('chase').unblock('amina')
})

test('two withdrawals of one consent at the same moment are one, and the bank is told', async () => {
  const visitor = town.visitor()
  await visitor.link('citi', ['account-view', 'bank-offers'], 'bruno')
  const { links } = await visitor.get<PrivacyJson>('/api/privacy')
  const live = links.flatMap(({ grants }) => grants).filter(({ state }) => state === 'given')
  const each = live.flatMap(({ id }) => [id, id])
  const results = await Promise.allSettled(each.map((id) => visitor.post(`/api/grants/${id}/withdraw`)))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, live.length)
  await eventually('the bank was told', async () => town.bank('citi').consentsOf('bruno').length === 0)
})

test('a copy of everything that is asked for twice at the same moment is given twice', async () => {
  const visitor = town.visitor()
  await visitor.link('citi', ['account-view'], 'amina')
  const copies = await Promise.all([1, 2, 3].map(() => visitor.call('POST', '/api/export', {})))
  assert.deepEqual(
    copies.map(({ status }) => status),
    [200, 200, 200],
  )
  for (const copy of copies) {
    const report = await verifyFile(await copy.text())
    assert.ok(report.ok, explainReport(report, 'en'))
  }
})

test('erasing everything twice at the same moment erases it once, and tells both so', async () => {
  const visitor = town.visitor()
  await visitor.link('citi', ['account-view'], 'bruno')
  const results = await Promise.allSettled([
    visitor.post('/api/erase', { confirm: true }),
    visitor.post('/api/erase', { confirm: true }),
  ])
  assert.ok(results.some(({ status }) => status === 'fulfilled'))
  for (const result of results)
    if (result.status === 'rejected') assert.match(String(result.reason), /^Error: 4\d\d /)
  await visitor.arrive()
  assert.deepEqual(await visitor.messages(), [])
  assert.deepEqual(town.bank('citi').consentsOf('bruno'), [])
})

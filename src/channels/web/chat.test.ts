import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSql, Fault } from '#kit'
import { ENGLISH, FRENCH, NOW, openChat } from './chat.fixture.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
after(() => house.close())

const fault = (code: Fault['code']) => (error: unknown) => error instanceof Fault && error.code === code
const tokenOf = (message: { actions: { label: string }[] } | undefined, label: RegExp): string => {
  const action = message?.actions.find((each) => label.test(each.label))
  assert.ok(action && 'token' in action, `no button ${label}`)
  return (action as unknown as { token: string }).token
}

test('a visitor says hello and is offered to link a bank, in their language', async () => {
  const person = await house.vault.welcome('en', 'Europe/London')
  const [mine, hello] = await house.chat.hear(person.id, 'Hello!', ENGLISH)
  assert.equal(mine?.from, 'person')
  assert.equal(mine?.text, 'Hello!')
  assert.match(hello!.text, /Link a bank/)
  assert.deepEqual(
    hello!.actions.map((action) => 'href' in action && action.href),
    ['/link'],
  )
  const bonjour = (await house.chat.hear(person.id, 'Bonjour', FRENCH))[1]
  assert.match(bonjour!.text, /Reliez une banque/)
})

test('a question about money without a bank is refused with the way to link one', async () => {
  const person = await house.vault.welcome('en', 'Europe/London')
  const [, answer] = await house.chat.hear(person.id, 'What’s my balance?', ENGLISH)
  assert.equal(answer?.kind, 'refusal')
  assert.match(answer!.text, /no bank is linked/)
})

test('the balance is given with its time, and the same message reads in French when the person changes language', async () => {
  const { personId } = await house.amina(['account-view'])
  const [, answer] = await house.chat.hear(personId, 'What’s my balance?', ENGLISH)
  assert.equal(answer?.text, 'You have £1,234.56 on Everyday (Chase, ending 0042), as of 14:04.')
  const again = (await house.all(personId, 'fr')).at(-1)
  assert.match(again!.text, /^Vous avez 1\s234,56\s£ sur Everyday/)
  assert.equal(again!.id, answer!.id)
})

test('spending in a period names the shop, the period and the time it is counted to', async () => {
  const { personId } = await house.amina(['spending-insights'])
  const [, answer] = await house.chat.hear(personId, 'How much did I spend at Tesco in October?', ENGLISH)
  assert.match(answer!.text, /^You spent £42\.00 at Tesco in October 2026, in 1 payment\.\nAs of 14:05\.$/)
})

test('a purpose that was not granted is refused, saying which, with a button to grant it', async () => {
  const { personId } = await house.amina(['account-view'])
  const [, answer] = await house.chat.hear(personId, 'How much did I spend in October?', ENGLISH)
  assert.equal(answer?.kind, 'refusal')
  assert.match(answer!.text, /“Understand my spending” for Chase/)
  assert.deepEqual(
    answer!.actions.map((action) => 'href' in action && action.href),
    ['/link?bank=chase&purpose=spending-insights'],
  )
})

test('after a withdrawal the answer that drew on it is withheld, and opens again when it is granted again', async () => {
  const { personId, linkId, grants, subject } = await house.amina(['account-view'])
  const [, answer] = await house.chat.hear(personId, 'What’s my balance?', ENGLISH)
  await house.vault.withdraw(personId, grants[0]!.id)
  const closed = (await house.all(personId)).find(({ id }) => id === answer!.id)
  assert.equal(closed?.withheld, 'consent-ended')
  assert.doesNotMatch(closed!.text, /1,234/)
  assert.equal((await house.chat.message(personId, answer!.id))?.withheld, 'consent-ended')
  const [, refused] = await house.chat.hear(personId, 'What’s my balance?', ENGLISH)
  assert.equal(refused?.kind, 'refusal')
  assert.match(refused!.text, /was withdrawn for Chase/)

  await house.vault.admit({
    personId,
    bankId: 'chase',
    bankName: 'Chase',
    subject,
    purposes: ['account-view'],
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
  assert.equal((await house.chat.message(personId, answer!.id))?.text, answer!.text)
  await house.chat.tellConsentEnded({ personId, linkId, purpose: 'account-view' })
  assert.ok((await house.all(personId)).every(({ text }) => !text.includes('is off for Chase')))
})

test('a bank that does not answer is said, since when, before its last figures', async () => {
  const { personId } = await house.amina(['account-view'])
  house.down.set('chase', NOW - 3_600_000)
  try {
    const [, answer] = await house.chat.hear(personId, 'What’s my balance?', ENGLISH)
    assert.match(answer!.text, /^Chase has not been answering since 13:05\..*\nYou have £1,234\.56/)
  } finally {
    house.down.delete('chase')
  }
})

test('a bank without the consent is named as left out of an answer that covers another', async () => {
  const { personId } = await house.amina(['account-view'])
  await house.vault.admit({
    personId,
    bankId: 'citi',
    bankName: 'Citi',
    subject: `citi-${personId}`,
    purposes: ['fraud-alerts'],
    connection: {
      accessToken: 'a',
      accessTokenExpiresAt: 0,
      refreshToken: null,
      dpopJwk: {},
      bankConsentId: 'c',
      subject: 's',
    },
    act: { locale: 'en', via: 'bank-consent-page' },
  })
  const [, answer] = await house.chat.hear(personId, 'What’s my balance?', ENGLISH)
  assert.match(answer!.text, /£1,234\.56[\s\S]*Citi is not in this answer/)
})

test('HTML in a merchant’s name stays text', async () => {
  const { personId } = await house.amina(['account-view'])
  const [, answer] = await house.chat.hear(personId, 'Show my last 10 payments', ENGLISH)
  assert.equal(answer?.show?.type, 'transactions')
  const rows = answer!.show!.type === 'transactions' ? answer!.show!.rows : []
  assert.equal(rows.length, 2)
  assert.match(rows[0]!.merchant, /<img src=x/i)
  assert.match(answer!.text, /1 is pending/)
})

test('a message that is too long, empty or made of control characters is refused and nothing is kept', async () => {
  const person = await house.vault.welcome('en', 'Europe/London')
  await assert.rejects(house.chat.hear(person.id, 'x'.repeat(2_001), ENGLISH), fault('message-too-long'))
  await assert.rejects(house.chat.hear(person.id, 'x'.repeat(10_000_000), ENGLISH), fault('message-too-long'))
  await assert.rejects(
    house.chat.hear(person.id, ' \u0000\u202e\u200b ', ENGLISH),
    fault('request-malformed'),
  )
  assert.deepEqual(await house.all(person.id), [])
})

test('characters that nobody sees are taken out of what a person writes', async () => {
  const person = await house.vault.welcome('en', 'Europe/London')
  const [mine] = await house.chat.hear(person.id, 'he\u202ello\u0007 \u2066there\u2069', ENGLISH)
  assert.equal(mine?.text, 'hello there')
})

test('a short follow-up refers to the question before, also when something else was said in between', async () => {
  const { personId } = await house.amina(['spending-insights'])
  for (const text of ['How much did I spend at Tesco in October?', 'Thanks', 'blah blah'])
    await house.chat.hear(personId, text, ENGLISH)
  const [, answer] = await house.chat.hear(personId, 'and in September?', ENGLISH)
  assert.match(answer!.text, /spent nothing at tesco in September 2026/i)
})

test('what cannot be understood is answered with what can be asked, and no figure', async () => {
  const { personId } = await house.amina(['account-view'])
  const [, answer] = await house.chat.hear(personId, 'colourless green ideas sleep furiously', ENGLISH)
  assert.match(answer!.text, /rather not guess[\s\S]*What’s my balance/)
})

test('asking for a person gives a dated case number and the bank’s line, or says that there is none', async () => {
  const { personId } = await house.amina(['account-view'])
  const [, answer] = await house.chat.hear(personId, 'I want to speak to a human', ENGLISH)
  assert.match(answer!.text, /call Chase on \+1 800 555 0100.*today at 14:05.*G-[0-9A-Z]{4}-[0-9A-Z]{2}/)
  const kept = await house.sql.rooms.query<{ number: string; kind: string; asked_at: number }>(
    `select number, kind, asked_at from channels.request where person_id = $1`,
    [personId],
  )
  assert.equal(kept.length, 1)
  assert.ok(answer!.text.includes(kept[0]!.number))
  assert.equal(kept[0]!.asked_at, NOW)
})

test('history comes in pages, oldest first, and another person’s message is no place to start from', async () => {
  const { personId } = await house.amina(['account-view'])
  for (const text of ['hello', 'help', 'thanks']) await house.chat.hear(personId, text, ENGLISH)
  const last = await house.chat.history(personId, { limit: 2, locale: 'en' })
  const before = await house.chat.history(personId, { before: last[0]!.id, limit: 10, locale: 'en' })
  assert.deepEqual(
    [...before, ...last].map(({ from }) => from),
    ['person', 'guichet', 'person', 'guichet', 'person', 'guichet'],
  )
  const other = await house.vault.welcome('en', 'Europe/London')
  await assert.rejects(
    house.chat.history(other.id, { before: last[0]!.id, limit: 10, locale: 'en' }),
    fault('not-found'),
  )
  assert.equal(await house.chat.message(other.id, last[0]!.id), null)
})

test('pages that are open hear of every new message, by ids only', async () => {
  const { personId } = await house.amina(['account-view'])
  const heard: string[] = []
  const listening = await house.sql.rooms.listen('guichet_message', (payload) => heard.push(payload))
  try {
    const messages = await house.chat.hear(personId, 'What’s my balance?', ENGLISH)
    while (heard.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.deepEqual(
      heard.map((payload) => JSON.parse(payload)),
      messages.map(({ id }) => ({ personId, messageId: id })),
    )
  } finally {
    await listening.stop()
  }
})

test('nothing that was said can be read in the tables', async () => {
  const { personId, linkId } = await house.amina(['account-view', 'fraud-alerts'])
  await house.chat.hear(personId, 'How much did I spend at Zanzibar Zoo?', ENGLISH)
  await house.chat.hear(personId, 'What’s my balance?', ENGLISH)
  const caseId = await house.raiseCase({ personId, linkId })
  await house.chat.tellCase({ personId, linkId, caseId })
  const owner = createSql({ url: house.database.url, connectionsMax: 1, application: 'test' })
  const messages = await owner.query<{ sealed: Buffer }>(`select * from channels.message`)
  const buttons = await owner.query<{ sealed: Buffer }>(`select * from channels.action`)
  const dump = [...messages, ...buttons]
    .flatMap((row) => Object.values(row))
    .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)))
    .join('\n')
  await owner.end()
  for (const word of [
    'Zanzibar',
    '1,234',
    '123456',
    '777.77',
    '77777',
    'Tesco',
    'PARIS',
    'balance',
    'G-7K4M-2Q',
    'answer-case',
  ])
    assert.ok(!dump.includes(word), `the tables say ${word}`)
})

test('a forgotten conversation leaves no row behind', async () => {
  const { personId } = await house.amina(['account-view'])
  await house.chat.hear(personId, 'hello', ENGLISH)
  await house.chat.hear(personId, 'I want to speak to a human', ENGLISH)
  await house.chat.forget(personId)
  const rows = await house.sql.rooms.query(
    `select 1 from channels.message where person_id = $1 union all select 1 from channels.action where person_id = $1
     union all select 1 from channels.request where person_id = $1`,
    [personId],
  )
  assert.deepEqual(rows, [])
})

test('an erased person is told nothing more, and nothing of theirs opens', async () => {
  const person = await house.amina(['account-view', 'fraud-alerts'])
  const caseId = await house.raiseCase(person)
  await house.vault.erase(person.personId)
  await house.chat.tellCase({ ...person, caseId })
  await assert.rejects(house.chat.hear(person.personId, 'hello', ENGLISH), fault('key-shredded'))
  await assert.rejects(house.all(person.personId), fault('key-shredded'))
})

test('a quick question under a message is asked by a tap, once', async () => {
  const { personId } = await house.amina(['account-view'])
  const [, hello] = await house.chat.hear(personId, 'hello', ENGLISH)
  const token = tokenOf(hello, /balance/)
  const [mine, answer] = await house.chat.act(personId, token, ENGLISH)
  assert.equal(mine?.text, 'What’s my balance?')
  assert.match(answer!.text, /£1,234\.56/)
  await assert.rejects(house.chat.act(personId, token, ENGLISH), fault('already-done'))
  const shown = (await house.all(personId)).find(({ id }) => id === hello!.id)
  assert.deepEqual(shown?.actions, [])
})

test('another person’s button does nothing and is not even there', async () => {
  const { personId } = await house.amina(['account-view'])
  const [, hello] = await house.chat.hear(personId, 'hello', ENGLISH)
  const other = await house.amina(['account-view'])
  await assert.rejects(house.chat.act(other.personId, tokenOf(hello, /balance/), ENGLISH), fault('not-found'))
  await assert.rejects(house.chat.act(personId, 'A'.repeat(32), ENGLISH), fault('not-found'))
})

test('an offer comes with its bank and its reason, is dismissed for good, and offers stop with one tap', async () => {
  const { personId } = await house.amina(['bank-offers'])
  const [, offer] = await house.chat.hear(personId, 'Any offers?', FRENCH)
  assert.deepEqual(offer?.show, {
    type: 'offer',
    bank: 'Chase',
    title: 'Un compte épargne',
    body: 'Des intérêts chaque mois.',
    reason: 'Vous n’avez pas de compte épargne ici.',
  })
  await house.chat.act(personId, tokenOf(offer, /Ne plus la montrer/), FRENCH)
  const [, none] = await house.chat.hear(personId, 'Any offers?', ENGLISH)
  assert.match(none!.text, /Chase has no offer for you/)

  const again = await house.amina(['bank-offers'])
  const [, shown] = await house.chat.hear(again.personId, 'Any offers?', ENGLISH)
  const stopped = await house.chat.act(again.personId, tokenOf(shown, /Stop offers/), ENGLISH)
  assert.match(stopped.at(-1)!.text, /Offers are off for Chase/)
  await house.chat.tellConsentEnded({ ...again, purpose: 'bank-offers' })
  assert.equal((await house.all(again.personId)).at(-1)!.id, stopped.at(-1)!.id)
  const [, refused] = await house.chat.hear(again.personId, 'Any offers?', ENGLISH)
  assert.equal(refused?.kind, 'refusal')
})

test('people of a bank that leaves are told once, and what drew on it is gone', async () => {
  const { personId } = await house.amina(['account-view'], 'citi')
  const [, answer] = await house.chat.hear(personId, 'What’s my balance?', ENGLISH)
  await house.vault.bankLeaves('citi')
  for (let delivery = 0; delivery < 2; delivery++) await house.chat.tellBankLeft({ personId, bankId: 'citi' })
  const history = await house.all(personId)
  assert.equal(history.filter(({ text }) => text.includes('Citi has left Guichet')).length, 1)
  assert.equal(history.find(({ id }) => id === answer!.id)?.withheld, 'erased')
  const [, refused] = await house.chat.hear(personId, 'What’s my balance?', ENGLISH)
  assert.match(refused!.text, /Citi left Guichet/)
})

test('a new link is told once, with what was allowed', async () => {
  const person = await house.amina(['account-view', 'fraud-alerts'])
  await house.chat.tellLinked(person)
  await house.chat.tellLinked(person)
  const told = (await house.all(person.personId)).filter(({ text }) => text.includes('Chase is linked'))
  assert.equal(told.length, 1)
  assert.match(told[0]!.text, /“See my accounts” and “Warn me of fraud”/)
})

test('the person’s own copy has the whole conversation as text', async () => {
  const { personId } = await house.amina(['account-view'])
  await house.chat.hear(personId, 'What’s my balance?', ENGLISH)
  assert.deepEqual(
    (await house.chat.transcript(personId)).map(({ from, text }) => [from, text]),
    [
      ['person', 'What’s my balance?'],
      ['guichet', 'You have £1,234.56 on Everyday (Chase, ending 0042), as of 14:04.'],
    ],
  )
})

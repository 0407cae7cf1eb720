import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { NOTICES } from '#conversation'
import { createSql, DAY, type Fault, HOUR, MINUTE, SECOND, type Sql } from '#kit'
import { MAIL_FROM, openMessengerHouse, PUBLIC } from '../messengers/messengers.fixture.ts'
import { findLeakInMail } from './look-at-mail.ts'
import { transportOf } from './mail-server.ts'
import { codeIn, startSmtp } from './smtp.fixture.ts'
import { htmlOf, textOf, writeCodeMail, writeNoticeMail } from './write-mail.ts'

let smtp: Awaited<ReturnType<typeof startSmtp>>
let house: Awaited<ReturnType<typeof openMessengerHouse>>
let owner: Sql
before(async () => {
  smtp = await startSmtp()
  house = await openMessengerHouse({ smtpUrl: smtp.url })
  owner = createSql({ url: house.database.url, connectionsMax: 1, application: 'test' })
})
after(async () => {
  await owner.end()
  await house.close()
  await smtp.stop()
})
beforeEach(() => {
  smtp.taken.length = 0
  Object.assign(smtp.state, { refusesReceiver: null, refusesMail: null, tries: 0 })
  house.messenger.answers = () => ({ ok: true, messageId: '' })
  house.messenger.sent.length = 0
  house.operator.length = 0
})

/** Somebody with a bank, whose mail address is confirmed. */
async function amina(address: string) {
  const person = await house.amina(['account-view', 'fraud-alerts'])
  await house.messengers.beginMail(person.personId, address)
  const { mail } = await house.messengers.confirmMail(person.personId, codeIn((await smtp.read(-1)).text))
  assert.deepEqual(mail, { mailbox: { address, state: 'live' }, pending: null })
  smtp.taken.length = 0
  return person
}

const faulty = (code: Fault['code']) => (error: Fault) => {
  assert.equal(error.code, code)
  return true
}

async function alert(person: { personId: string; linkId: string }): Promise<void> {
  await house.chat.tellCase({ ...person, caseId: await house.raiseCase(person) })
  await house.passes(SECOND)
}

const stateOf = async (personId: string) =>
  (
    await house.sql.rooms.query<{ state: string }>(
      `select state from channels.outbox where person_id = $1 and urgency = 'alert'`,
      [personId],
    )
  )[0]!.state

/** How often the bank's people were told to call. */
const calls = async (personId: string): Promise<number> =>
  (
    await owner.query(
      `select 1 from graphile_worker._private_jobs as job
       join graphile_worker._private_tasks as task on task.id = job.task_id
       where payload ->> 'personId' = $1 and task.identifier = 'case-unanswered'`,
      [personId],
    )
  ).length

test('a mail address is kept only once the code that was mailed to it is typed on our page', async () => {
  const { personId } = await house.amina(['fraud-alerts'])
  const { mail } = await house.messengers.beginMail(personId, 'amina@example.org')
  assert.equal(mail?.mailbox, null)
  assert.equal(mail?.pending?.address, 'amina@example.org')
  const { subject, text, html } = await smtp.read(0)
  assert.equal(subject, NOTICES['mail-code-subject'].en)
  const code = codeIn(text)
  assert.ok(html?.includes(code))
  assert.doesNotMatch(`${text}${html}`, /https?:/, 'there is nothing to follow: a link would bind it')
  await assert.rejects(house.messengers.confirmMail(personId, 'BBBB-BBBB'), faulty('mail-code-wrong'))
  const kept = await house.messengers.confirmMail(personId, code.toLowerCase().replace('-', ' '))
  assert.deepEqual(kept.mail, { mailbox: { address: 'amina@example.org', state: 'live' }, pending: null })
  await assert.rejects(house.messengers.confirmMail(personId, code), faulty('mail-code-wrong'))
})

test('a code is over after five tries, after ten minutes, and is nobody else’s', async () => {
  const { personId } = await house.amina(['fraud-alerts'])
  const other = await house.amina(['fraud-alerts'])
  await house.messengers.beginMail(personId, 'guessed@example.org')
  const code = codeIn((await smtp.read(0)).text)
  await assert.rejects(house.messengers.confirmMail(other.personId, code), faulty('mail-code-wrong'))
  for (let guess = 0; guess < 5; guess++)
    await assert.rejects(house.messengers.confirmMail(personId, 'ZZZZ-ZZZZ'), faulty('mail-code-wrong'))
  await assert.rejects(house.messengers.confirmMail(personId, code), faulty('mail-code-wrong'))
  assert.equal((await house.messengers.describe(personId)).mail?.pending, null)
  await house.messengers.beginMail(personId, 'guessed@example.org')
  const late = codeIn((await smtp.read(-1)).text)
  house.clock.advance(11 * MINUTE)
  await assert.rejects(house.messengers.confirmMail(personId, late), faulty('mail-code-wrong'))
})

test('nobody is flooded with codes: not one address by many people, not many addresses by one', async () => {
  const one = await house.amina(['fraud-alerts'])
  for (let at = 0; at < 5; at++) await house.messengers.beginMail(one.personId, `many-${at}@example.org`)
  await assert.rejects(
    house.messengers.beginMail(one.personId, 'many-6@example.org'),
    faulty('too-many-requests'),
  )
  for (let at = 0; at < 5; at++) {
    const { personId } = await house.amina(['fraud-alerts'])
    await house.messengers.beginMail(personId, 'Flooded@example.org')
  }
  const last = await house.amina(['fraud-alerts'])
  await assert.rejects(
    house.messengers.beginMail(last.personId, 'flooded@example.org'),
    faulty('too-many-requests'),
  )
  house.clock.advance(DAY + 1)
  await house.messengers.beginMail(last.personId, 'flooded@example.org')
})

test('who has no bank here is mailed nothing', async () => {
  const { id } = await house.vault.welcome('en', 'UTC')
  await assert.rejects(house.messengers.beginMail(id, 'visitor@example.org'), faulty('not-found'))
  assert.equal(smtp.state.tries, 0)
})

test('a warning that nothing else delivered is mailed: a fixed sentence and a link, in the person’s language', async () => {
  const person = await amina('claire@example.org')
  await house.people.setLocale(house.sql.rooms, person.personId, 'fr', 'Europe/Paris')
  await alert(person)
  assert.equal(smtp.taken.length, 1)
  assert.equal(smtp.taken[0]!.to, 'claire@example.org')
  const { subject, text, html, headers, from } = await smtp.read(0)
  assert.equal(subject, NOTICES['please-look-now'].fr)
  assert.ok(text?.startsWith(NOTICES['card-question'].fr))
  assert.ok(html?.includes(NOTICES['open-here'].fr))
  assert.equal(from?.address, MAIL_FROM.address)
  const header = (name: string) => headers.find(({ key }) => key === name)?.value
  assert.equal(header('list-unsubscribe'), `<${PUBLIC.href}messengers>`)
  assert.equal(header('auto-submitted'), 'auto-generated')
  assert.doesNotMatch(html ?? '', /<img|<script|<link|style|src=/i, 'nothing is fetched when it is read')
  const links = [...`${text}${html}`.matchAll(/https?:[^\s"<]+/g)].map(([link]) => link)
  assert.equal(new Set(links).size, 1)
  assert.match(links[0]!, /^https:\/\/guichet\.example\/o\/[\w-]{32}$/)
})

test('who chose the neutral wording is mailed only that a message waits', async () => {
  const person = await amina('david@example.org')
  await house.messengers.setWording(person.personId, 'neutral')
  await alert(person)
  const { subject, text } = await smtp.read(0)
  assert.equal(subject, NOTICES['message-waiting'].en)
  assert.ok(text?.startsWith(NOTICES['message-waiting'].en))
})

test('a mail that the server took is not yet delivered: opening its link is, and then nobody calls', async () => {
  const person = await amina('opens@example.org')
  await alert(person)
  assert.equal(await stateOf(person.personId), 'sent')
  const token = /\/o\/([\w-]{32})/.exec((await smtp.read(0)).text ?? '')![1]!
  assert.match(JSON.stringify(await house.messengers.openSealed(person.personId, token)), /777\.77|77777/)
  assert.equal(await stateOf(person.personId), 'delivered')
  await house.passes(HOUR)
  assert.equal(smtp.taken.length, 1)
  assert.equal(await calls(person.personId), 0)
})

test('a mail that is never opened puts its person before the bank’s people', async () => {
  const person = await amina('never@example.org')
  await alert(person)
  await house.passes(5 * MINUTE)
  assert.equal(await calls(person.personId), 0)
  await house.passes(6 * MINUTE)
  assert.equal(await calls(person.personId), 1)
  assert.equal(await stateOf(person.personId), 'over')
  assert.equal(smtp.taken.length, 1)
})

test('the mail comes after the chats, and not at all when one of those says that it was delivered', async () => {
  const person = await amina('after@example.org')
  await house.link(person.personId, 'messenger', 'psid-mail')
  house.messenger.sent.length = 0
  await alert(person)
  assert.equal(smtp.taken.length, 0)
  await house.tells('messenger', {
    kind: 'receipt',
    messageId: 'messenger-1',
    state: 'delivered',
    code: null,
  })
  await house.passes(HOUR)
  assert.equal(smtp.taken.length, 0)
})

test('a server that says “not now” is asked again with the same mail, and one that stays so is given up', async () => {
  const person = await amina('later@example.org')
  smtp.state.refusesReceiver = { code: 451, says: '4.7.1 greylisted, come back' }
  await alert(person)
  assert.equal(smtp.taken.length, 0)
  smtp.state.refusesReceiver = null
  await house.passes(MINUTE)
  assert.equal(smtp.taken.length, 1)

  const other = await amina('never-now@example.org')
  smtp.state.refusesReceiver = { code: 451, says: '4.7.1 greylisted, come back' }
  await alert(other)
  for (let minute = 0; minute < 5; minute++) await house.passes(MINUTE)
  assert.equal(smtp.taken.length, 0)
  assert.equal(await calls(other.personId), 1)
})

test('an address that is gone is not written to again, and its person sees it on their page', async () => {
  const person = await amina('gone@example.org')
  smtp.state.refusesReceiver = { code: 550, says: '5.1.1 no such user gone@example.org' }
  await alert(person)
  assert.equal(await calls(person.personId), 1)
  const { mail } = await house.messengers.describe(person.personId)
  assert.equal(mail?.mailbox?.state, 'gone')
  const rows = await house.sql.rooms.query(
    `select code from channels.delivery where door = 'mail' and code is not null`,
  )
  assert.doesNotMatch(
    JSON.stringify(rows),
    /@|gone/,
    'the server’s words, which quote the address, are not kept',
  )
  assert.deepEqual(house.operator, [])
})

test('a server that has something against us is told to the operator, by its code alone', async () => {
  const person = await amina('policy@example.org')
  smtp.state.refusesMail = { code: 554, says: '5.7.1 refused by policy for policy@example.org' }
  await alert(person)
  assert.equal(house.operator.length, 1)
  assert.match(house.operator[0]!, /^mail smtp-554/)
  assert.equal((await house.messengers.describe(person.personId)).mail?.mailbox?.state, 'live')
})

test('a server that is down: a code says so at once, a warning is tried again and then called about', async () => {
  const person = await amina('down@example.org')
  await smtp.stop()
  await assert.rejects(
    house.messengers.beginMail(person.personId, 'down@example.org'),
    faulty('mail-not-sent'),
  )
  await alert(person)
  for (let minute = 0; minute < 5; minute++) await house.passes(MINUTE)
  assert.equal(await calls(person.personId), 1)
  assert.deepEqual(house.faults, [])
  smtp = await startSmtp(smtp.port)
})

test('one address is not warned without end', async () => {
  const people = []
  for (let at = 0; at < 7; at++) {
    if (at % 5 === 0) house.clock.advance(DAY + 1)
    people.push(await amina('shared@example.org'))
  }
  smtp.taken.length = 0
  for (const person of people) await alert(person)
  assert.equal(smtp.taken.length, 6)
  assert.equal(await calls(people[6]!.personId), 1)
})

test('an address that is taken back is gone from the tables', async () => {
  const person = await amina('back@example.org')
  await house.messengers.beginMail(person.personId, 'other@example.org')
  const before = await house.messengers.removeMail(person.personId, 'waiting')
  assert.deepEqual(before.mail, { mailbox: { address: 'back@example.org', state: 'live' }, pending: null })
  smtp.taken.length = 0
  const { mail } = await house.messengers.removeMail(person.personId, 'all')
  assert.deepEqual(mail, { mailbox: null, pending: null })
  for (const table of ['mailbox', 'mail_code'])
    assert.deepEqual(
      await house.sql.rooms.query(`select 1 from channels.${table} where person_id = $1`, [person.personId]),
      [],
    )
  await alert(person)
  assert.equal(smtp.taken.length, 0)
})

test('without TLS no mail leaves this machine', () => {
  assert.equal(transportOf(new URL('smtp://user:pa%40ss@mail.example')).requireTLS, true)
  assert.equal(transportOf(new URL('smtps://mail.example')).secure, true)
  assert.equal(transportOf(new URL('smtp://127.0.0.1:2525')).requireTLS, false)
  assert.deepEqual(transportOf(new URL('smtp://user:pa%40ss@mail.example')).auth, {
    user: 'user',
    pass: 'pa@ss',
  })
})

test('the last look at a mail finds what is not ours, in whichever form and header it hides', async () => {
  const link = { label: NOTICES['open-here'].en, href: `https://guichet.example/o/${'aB3-'.repeat(8)}` }
  const notice = { text: NOTICES['card-question'].en, link, buttons: [], locale: 'en' as const }
  const written = writeNoticeMail(notice)
  const where = { from: MAIL_FROM.address, to: 'amina@example.org', publicUrl: PUBLIC }
  const raw = (over: { subject?: string; text?: string; html?: string; more?: string; to?: string } = {}) =>
    Buffer.from(
      [
        `From: ${MAIL_FROM.address}`,
        `To: ${over.to ?? where.to}`,
        `Subject: ${over.subject ?? written.subject}`,
        `Message-ID: <${'a'.repeat(64)}@bank.example>`,
        'Auto-Submitted: auto-generated',
        'List-Unsubscribe: <https://guichet.example/messengers>',
        ...(over.more ? [over.more] : []),
        'MIME-Version: 1.0',
        'Content-Type: multipart/alternative; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from(over.text ?? textOf(written)).toString('base64'),
        '--b',
        'Content-Type: text/html; charset=utf-8',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from(over.html ?? htmlOf(written)).toString('base64'),
        '--b--',
        '',
      ].join('\r\n'),
    )
  assert.equal(await findLeakInMail(raw(), written, where), null)
  const leaky = { ...written, lines: ['You paid forty-two pounds at Tesco'] }
  for (const one of [
    raw({ subject: 'A message about Tesco is waiting' }),
    raw({ text: `${textOf(written)}\n42` }),
    raw({ html: htmlOf(written).replace('</body>', '<img src="https://elsewhere.example/p.gif"></body>') }),
    raw({ more: 'X-Amount: 42' }),
    raw({ to: 'bruno@example.org' }),
  ])
    assert.notEqual(await findLeakInMail(one, written, where), null)
  assert.notEqual(
    await findLeakInMail(raw({ text: textOf(leaky), html: htmlOf(leaky) }), leaky, where),
    null,
    'what was written wrong is not made right by being the same twice',
  )
  const code = writeCodeMail('BCDF-GHJK', 'fr')
  assert.ok(textOf(code).includes('BCDF-GHJK'))
})

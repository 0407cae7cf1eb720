import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import pg from 'pg'
import { Fault } from '#kit'
import { ENGLISH, openChat } from './chat.fixture.ts'
import { createRequests } from './requests.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
  house.staffed.add('chase').add('citi')
})
beforeEach(() => house.sql.rooms.query(`delete from channels.request`))
after(() => house.close())

const claire = { id: 'stf_claire', bankId: 'chase' }
const david = { id: 'stf_david', bankId: 'chase' }
const bruno = { id: 'stf_bruno', bankId: 'citi' }
const live = [claire.id, david.id]
const fault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

async function asks() {
  const person = await house.amina(['account-view'])
  await house.chat.hear(person.personId, 'What is my balance?', ENGLISH)
  await house.chat.hear(person.personId, 'I want to talk to someone', ENGLISH)
  const [waiting] = await house.chat.handovers.list('chase')
  return { ...person, id: waiting!.id, number: waiting!.number }
}

/** As the owner of the database, who may what no room may. */
async function asOwner<T>(work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: house.database.url })
  await owner.connect()
  try {
    return await work(owner)
  } finally {
    await owner.end()
  }
}

test('who asks for a person is answered by one: words, replies, silence of the assistant, and back', async () => {
  const { chat } = house
  const { personId, id } = await asks()
  const early = await chat.hear(personId, 'What is my balance?', ENGLISH)
  assert.match(early.at(-1)!.text, /1,234\.56/)

  await chat.handovers.take(claire, id, live)
  const heard = await chat.hear(personId, 'My card was swallowed', ENGLISH)
  assert.deepEqual(
    heard.map(({ from }) => from),
    ['person'],
  )
  await chat.handovers.reply(claire, id, 'We send you a new one.')
  const read = await chat.handovers.read(claire, id, 0)
  assert.deepEqual(
    read.map(({ from, text }) => [from, text]),
    [
      ['person', 'What is my balance?'],
      ['person', 'My card was swallowed'],
      ['human', 'We send you a new one.'],
    ],
  )
  const reply = (await house.all(personId)).at(-1)!
  assert.deepEqual([reply.from, reply.bank, reply.text], ['human', 'Chase', 'We send you a new one.'])

  await chat.handovers.settle(claire, id, live)
  assert.match((await house.all(personId)).at(-1)!.text, /automatic assistant answers you again/)
  assert.match((await chat.hear(personId, 'What is my balance?', ENGLISH)).at(-1)!.text, /1,234\.56/)
  assert.deepEqual(await chat.handovers.list('chase'), [])
})

test('each read by a bank’s people is in the person’s own log, by role, and only who took over reads', async () => {
  const { chat, vault } = house
  const { personId, id } = await asks()
  await chat.hear(personId, 'Hello?', ENGLISH)
  await assert.rejects(chat.handovers.read(claire, id, 0), fault('not-found'))
  await chat.handovers.take(claire, id, live)
  await assert.rejects(chat.handovers.take(david, id, live), fault('already-done'))
  await assert.rejects(chat.handovers.read(david, id, 0), fault('not-found'))
  assert.equal((await chat.handovers.read(claire, id, 0)).length, 1)
  const [last] = await vault.diary.entries(personId, { limit: 1 })
  assert.deepEqual(
    [last!.record.actor, last!.record.what, last!.record.purpose],
    [{ kind: 'staff', id: claire.id, role: 'customer-service' }, 'read-handed-over', 'talk-to-person'],
  )
})

test('another bank’s people see nobody of this bank, and cannot take them over', async () => {
  const { id } = await asks()
  assert.deepEqual(await house.chat.handovers.list('citi'), [])
  await assert.rejects(house.chat.handovers.take(bruno, id, [bruno.id]), fault('not-found'))
})

test('a card is blocked whoever answers, and erasing leaves nothing with the bank', async () => {
  const { chat } = house
  const { personId, id } = await asks()
  await chat.handovers.take(claire, id, live)
  const answered = await chat.hear(personId, 'Freeze my card', ENGLISH)
  assert.ok(answered.some(({ from }) => from === 'guichet'))
  await chat.forget(personId)
  assert.deepEqual(await chat.handovers.list('chase'), [])
  assert.deepEqual(
    await house.sql.rooms.query(`select 1 from channels.handover_message where person_id = $1`, [personId]),
    [],
  )
})

test('two misses in a row offer a person; one does not', async () => {
  const { personId } = await house.amina(['account-view'])
  const offers = async (text: string) =>
    (await house.chat.hear(personId, text, ENGLISH))
      .at(-1)!
      .actions.some(({ label }) => label === 'Talk to a person')
  assert.equal(await offers('qwx zvb'), false)
  assert.equal(await offers('plmk jhgt'), true)
  assert.equal(await offers('hello'), false)
  assert.equal(await offers('qwx zvb'), false)
})

test('stop stops at once, in both languages, and start begins again', async () => {
  const { personId } = await house.amina(['account-view'])
  const quiet = async () =>
    (await house.sql.rooms.query(`select 1 from channels.quiet where person_id = $1`, [personId])).length
  for (const [words, is] of [
    ['STOP', 1],
    ['start', 0],
    ['arrêtez', 1],
    ['reprendre', 0],
    ['Désabonner', 1],
  ] as const) {
    await house.chat.hear(personId, words, ENGLISH)
    assert.equal(await quiet(), is, words)
  }
})

test('two banks are asked at once: each reads and answers for itself, and the assistant is back when both handed back', async () => {
  const { chat } = house
  const person = await house.amina(['account-view'])
  const { personId } = person
  await house.linkAlso(personId, 'customer-of-two')
  await chat.hear(personId, 'I want to talk to someone', ENGLISH)
  const idAt = async (bankId: string) => (await chat.handovers.list(bankId))[0]!.id
  await chat.handovers.take(claire, await idAt('chase'), live)
  await chat.hear(personId, 'It is about my card at Chase', ENGLISH)
  await chat.handovers.take(bruno, await idAt('citi'), [bruno.id])
  await chat.hear(personId, 'And both of you should know this', ENGLISH)
  const read = async (member: typeof claire) =>
    (await chat.handovers.read(member, await idAt(member.bankId), 0)).map(({ text }) => text)
  assert.ok(!(await read(bruno)).includes('It is about my card at Chase'), 'before they took over')
  assert.ok((await read(claire)).includes('And both of you should know this'))
  assert.ok((await read(bruno)).includes('And both of you should know this'))
  await chat.handovers.reply(claire, await idAt('chase'), 'From Chase.')
  await chat.handovers.reply(bruno, await idAt('citi'), 'From Citi.')
  const humans = (await house.all(personId)).filter(({ from }) => from === 'human')
  assert.deepEqual(
    humans.map(({ bank, text }) => [bank, text]),
    [
      ['Chase', 'From Chase.'],
      ['Citi', 'From Citi.'],
    ],
  )
  assert.ok(!(await read(claire)).includes('From Citi.'), 'nobody reads another bank’s answer')
  await chat.handovers.settle(claire, await idAt('chase'), live)
  const still = await chat.hear(personId, 'What is my balance?', ENGLISH)
  assert.deepEqual(
    still.map(({ from }) => from),
    ['person'],
  )
  await chat.handovers.settle(bruno, await idAt('citi'), [bruno.id])
  const back = await chat.hear(personId, 'What is my balance?', ENGLISH)
  assert.ok(back.some(({ from }) => from === 'guichet'))
})

test('a request that the operator settles ends with the assistant saying that it answers again', async () => {
  const { chat } = house
  const requests = createRequests({
    sql: house.sql.rooms,
    clock: house.clock,
    handBack: chat.handovers.handBack,
  })
  const { personId, id, number } = await asks()
  await chat.handovers.take(claire, id, live)
  await requests.finish(number, 'David', personId)
  assert.match((await house.all(personId)).at(-1)!.text, /automatic assistant answers you again/)
  assert.match((await chat.hear(personId, 'What is my balance?', ENGLISH)).at(-1)!.text, /1,234\.56/)
  await assert.rejects(chat.handovers.reply(claire, id, 'Too late'), fault('not-found'))
})

test('what somebody who leaves had taken over waits for a colleague; with the last of them it goes back', async () => {
  const { chat } = house
  const { personId, id } = await asks()
  await chat.handovers.take(claire, id, live)
  await chat.handovers.memberLeft(claire, true)
  assert.match((await chat.hear(personId, 'What is my balance?', ENGLISH)).at(-1)!.text, /1,234\.56/)
  await chat.handovers.take(david, id, [david.id])
  await chat.handovers.memberLeft(david, false)
  assert.match((await house.all(personId)).at(-1)!.text, /automatic assistant answers you again/)
  assert.match((await chat.hear(personId, 'What is my balance?', ENGLISH)).at(-1)!.text, /1,234\.56/)
  assert.deepEqual(await chat.handovers.list('chase'), [])
  const [left] = await house.sql.rooms.query<{ doneAt: number | null }>(
    `select done_at as "doneAt" from channels.request where person_id = $1`,
    [personId],
  )
  assert.equal(left?.doneAt, null, 'it stays on the operator’s list')
})

/** Does something while nothing can be said, as when the process ends in the middle of it. */
const interrupted = (work: () => Promise<unknown>) =>
  asOwner(async (owner) => {
    await owner.query(`
      create function public.interrupt() returns trigger language plpgsql as $$ begin raise 'interrupted'; end $$;
      create trigger interrupt before insert on channels.message for each row execute function public.interrupt()`)
    try {
      await assert.rejects(work(), /interrupted/)
    } finally {
      await owner.query(`drop trigger interrupt on channels.message; drop function public.interrupt()`)
    }
  })

test('nobody takes over or hands back without the person being told: what is interrupted did not happen, and is done again', async () => {
  const { chat } = house
  const { personId, id, number } = await asks()
  const requests = createRequests({
    sql: house.sql.rooms,
    clock: house.clock,
    handBack: chat.handovers.handBack,
  })
  const last = async () => (await house.all(personId)).at(-1)!.text
  const before = await last()

  await interrupted(() => chat.handovers.take(claire, id, live))
  assert.equal(await last(), before)
  assert.equal((await chat.handovers.list('chase'))[0]!.takenBy, null)
  await chat.handovers.take(claire, id, live)
  const told = await last()
  assert.match(told, /somebody at Chase/i)

  for (const ends of [
    () => chat.handovers.settle(claire, id, live),
    () => requests.finish(number, 'David', personId),
    () => chat.handovers.memberLeft(claire, false),
  ]) {
    await interrupted(ends)
    assert.equal(await last(), told)
    assert.equal((await chat.handovers.list('chase'))[0]!.takenBy, claire.id)
  }
  await chat.handovers.settle(claire, id, live)
  assert.match(await last(), /automatic assistant answers you again/)
})

test('somebody whose keys are gone is in nobody’s way: what was taken over of the others goes back all the same', async () => {
  const { chat } = house
  const gone = await asks()
  await chat.handovers.take(claire, gone.id, live)
  const stays = await asks()
  for (const { id } of await chat.handovers.list('chase'))
    if (id !== gone.id) await chat.handovers.take(claire, id, live)
  await house.vault.erase(gone.personId)
  // Their keys are at an end, and it is not yet seen that they are erased.
  await asOwner((owner) =>
    owner.query(`update people.person set erased_at = null where id = $1`, [gone.personId]),
  )
  await assert.rejects(house.all(gone.personId), fault('key-shredded'))

  await chat.handovers.memberLeft(claire, false)
  assert.deepEqual(await chat.handovers.list('chase'), [])
  assert.match((await house.all(stays.personId)).at(-1)!.text, /automatic assistant answers you again/)
})

test('a bank’s member and the operator settle the same request at the same time: one has, the other is told so', async () => {
  const { chat, sql } = house
  const { personId, id, number } = await asks()
  await chat.handovers.take(claire, id, live)
  const requests = createRequests({ sql: sql.rooms, clock: house.clock, handBack: chat.handovers.handBack })

  await asOwner(async (owner) => {
    const areWaiting = async (count: number) => {
      for (let look = 0; look < 10_000; look++) {
        // What a transaction has seen of the activity it sees again, unless told otherwise.
        await owner.query('select pg_stat_clear_snapshot()')
        const { rows } = await owner.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        if (rows.length === count) return
      }
      assert.fail(`there are never ${count} who wait for a lock`)
    }
    await owner.query('begin')
    await owner.query(`select 1 from channels.handover where number = $1 for update`, [number])
    const settled = chat.handovers.settle(claire, id, live)
    await areWaiting(1)
    const finished = requests.finish(number, 'David', personId)
    await areWaiting(2)
    await owner.query('commit')
    await Promise.all([settled, assert.rejects(finished, fault('already-done'))])
  })
  assert.deepEqual(await requests.open(), [])
  const back = (await house.all(personId)).filter(({ text }) =>
    /automatic assistant answers you again/.test(text),
  )
  assert.equal(back.length, 1, 'it is said once')
})

test('two who settle the same request at the same time: one has done it, and the person is told once', async () => {
  const { chat } = house
  const { personId, id } = await asks()
  const both = await Promise.allSettled([
    chat.handovers.settle(claire, id, live),
    chat.handovers.settle(david, id, live),
  ])
  const refused = both.filter((one) => one.status === 'rejected')
  assert.equal(refused.length, 1)
  assert.ok(fault('already-done')(refused[0]!.reason) || fault('not-found')(refused[0]!.reason))
  const back = (await house.all(personId)).filter(({ text }) => /automatic assistant/.test(text))
  assert.equal(back.length, 1)
})

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { DAY, Fault, HOUR, MINUTE, SECOND, seeded } from '#kit'
import { movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { createPulls } from './pulls.ts'
import type { Pull, Pulled } from './sync.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())
beforeEach(() => rooms.sql.rooms.query(`delete from intake.pull`))

let links = 0
const david = () => ({ personId: 'per_david', linkId: `lnk_${links++}`, bankId: 'chase' })

/** Pulls whose bank does what a test says; `asked` is every time it was, and how far back. */
function openPulls(answer: (request: Pull) => Promise<void> | void = () => {}, perDay = 4) {
  const asked: { linkId: string; at: number; days: number; from: string | null }[] = []
  const ended: string[] = []
  const chance = seeded(7)
  const pulls = createPulls({
    sql: rooms.sql.rooms,
    async pull(request): Promise<Pulled> {
      const from = request.present?.ipAddress ?? null
      asked.push({ linkId: request.linkId, at: clock.now(), days: request.days, from })
      await answer(request)
      return { ok: true, accounts: 1, transactions: 0, refused: [], asOf: clock.now() }
    },
    unattendedPerDay: () => perDay,
    historyDays: () => 730,
    async onEnded({ linkId }) {
      ended.push(linkId)
    },
    clock,
    random: (n) => Buffer.from(Array.from({ length: n }, () => Math.floor(chance() * 256))),
  })
  return { pulls, asked, ended }
}

async function letPass(ms: number, pulls: { round(onError: () => void): Promise<boolean> }) {
  for (let passed = 0; passed < ms; passed += 10 * MINUTE) {
    clock.advance(10 * MINUTE)
    while (await pulls.round(() => {}));
  }
}

test('a link is pulled four times a day while its person is away, and never more in any 24 hours', async () => {
  const { pulls, asked } = openPulls()
  await pulls.first(david())
  await letPass(10 * DAY, pulls)
  const times = asked.slice(1).map(({ at }) => at)
  assert.ok(times.length >= 34 && times.length <= 40, `${times.length} in ten days`)
  for (const at of times)
    assert.ok(times.filter((other) => other >= at && other < at + DAY).length <= 4, 'five in 24 hours')
  assert.equal(asked[0]!.days, 730, 'the whole history first')
  assert.ok(asked[1]!.days > 10 && asked[1]!.days < 20, 'then a little further back than the last')
})

test('a second reading and the first pull are counted as the bank counts them', async () => {
  const reads: number[] = []
  let settled = 0
  const { pulls } = openPulls(async ({ mayReadAgain }) => {
    reads.push(clock.now())
    if (!(await mayReadAgain!())) return
    reads.push(clock.now())
    settled++
  })
  await pulls.first(david())
  await letPass(10 * DAY, pulls)
  for (const at of reads)
    assert.ok(reads.filter((other) => other >= at && other < at + DAY).length <= 4, 'five in 24 hours')
  assert.ok(settled >= 10, `what was in doubt was settled ${settled} times in ten days`)
})

test('a first pull that fails is tried again no more often than is allowed', async () => {
  const { pulls, asked } = openPulls(() => {
    throw new Fault('bank-answer-malformed')
  })
  const link = david()
  for (let attempt = 0; attempt < 8; attempt++) await assert.rejects(pulls.first(link))
  assert.equal(asked.length, 4)
  await assert.rejects(
    pulls.first(link),
    (error) => error instanceof Fault && error.code === 'bank-limit-reached' && error.againInMs === DAY,
  )
})

test('several processes together pull no more often than one', async () => {
  const { pulls, asked } = openPulls()
  const others = [openPulls(), openPulls()]
  await pulls.first(david())
  for (let i = 0; i < 288; i++) {
    clock.advance(10 * MINUTE)
    await Promise.all([pulls, ...others.map((one) => one.pulls)].map((one) => one.round(() => {})))
  }
  const all = [...asked.slice(1), ...others.flatMap((one) => one.asked)]
  assert.ok(all.length >= 6 && all.length <= 8, `${all.length} in two days`)
})

test('a bank is told of a person only while they are there and ask', async () => {
  const { pulls, asked } = openPulls()
  const link = david()
  await pulls.first(link)
  await pulls.refresh([link.linkId], { ipAddress: '203.0.113.7', userAgent: null })
  await letPass(DAY, pulls)
  const [first, refreshed, ...unattended] = asked.map(({ from }) => from)
  assert.deepEqual([first, refreshed, new Set(unattended)], [null, '203.0.113.7', new Set([null])])
})

test('a person who is there may ask at any time, and it is not counted', async () => {
  const { pulls, asked } = openPulls()
  const link = david()
  await pulls.first(link)
  for (let i = 0; i < 6; i++) assert.equal((await pulls.refresh([link.linkId]))[0]!.outcome, 'done')
  const [state] = await pulls.statesOf([link.linkId])
  assert.equal(state!.pulledAt, clock.now())
  assert.ok(state!.nextAt! > clock.now())
  await letPass(DAY, pulls)
  assert.ok(asked.length >= 7 + 3, 'pulled while away as before')
})

test('two who ask at once have the bank asked once', async () => {
  let answer = () => {}
  const waits = new Promise<void>((resolve) => {
    answer = resolve
  })
  const link = david()
  await openPulls().pulls.first(link)
  const { pulls, asked } = openPulls(() => waits)
  const first = pulls.refresh([link.linkId])
  while (asked.length === 0) await new Promise((next) => setImmediate(next))
  assert.equal((await pulls.refresh([link.linkId]))[0]!.outcome, 'under-way')
  answer()
  assert.equal((await first)[0]!.outcome, 'done')
  assert.equal(asked.length, 1)
})

test('a process that died while pulling gives way after ten minutes', async () => {
  const link = david()
  await openPulls().pulls.first(link)
  await rooms.sql.rooms.query(`update intake.pull set running_until = $1`, [clock.now() + 10 * MINUTE])
  const { pulls } = openPulls()
  assert.equal((await pulls.refresh([link.linkId]))[0]!.outcome, 'under-way')
  clock.advance(10 * MINUTE)
  assert.equal((await pulls.refresh([link.linkId]))[0]!.outcome, 'done')
})

test('a bank that asks to be left alone for an hour is, by people who are there too', async () => {
  let busy = true
  const { pulls, asked } = openPulls(() => {
    if (busy) throw new Fault('bank-limit-reached', { againInMs: 3_600 * SECOND })
  })
  const link = david()
  await assert.rejects(pulls.first(link))
  busy = false
  const [later] = await pulls.refresh([link.linkId])
  assert.deepEqual([later!.outcome, later!.notBefore], ['later', clock.now() + HOUR])
  await letPass(50 * MINUTE, pulls)
  assert.equal(asked.length, 1)
  await letPass(20 * MINUTE, pulls)
  assert.equal(asked.length, 2)
})

test('a bank that is down is tried less and less often, which is not counted as reading it', async () => {
  let down = true
  const { pulls, asked } = openPulls(() => {
    if (down) throw new Fault('bank-unreachable')
  })
  const link = david()
  await assert.rejects(pulls.first(link))
  const since = clock.now()
  await letPass(2 * DAY, pulls)
  const gaps = asked.slice(1).map(({ at }, i) => at - asked[i]!.at)
  assert.ok(gaps.length > 8, `${asked.length} tries`)
  assert.ok(gaps.at(-1)! > gaps[0]! * 10 && gaps.at(-1)! <= 7 * HOUR)
  const [state] = await pulls.statesOf([link.linkId])
  assert.deepEqual([state!.failingSince, state!.why], [since, 'bank-unreachable'])
  assert.deepEqual(await pulls.health(), [
    { bankId: 'chase', links: 1, failing: 1, paused: 0, oldest: since },
  ])
  down = false
  await letPass(7 * HOUR, pulls)
  assert.equal((await pulls.statesOf([link.linkId]))[0]!.failingSince, null)
})

test('an access that the bank has ended is not tried again, until the bank is linked again', async () => {
  let over = true
  const { pulls, asked, ended } = openPulls(() => {
    if (over) throw new Fault('bank-access-ended')
  })
  const link = david()
  await assert.rejects(pulls.first(link))
  assert.deepEqual(ended, [link.linkId])
  await letPass(2 * DAY, pulls)
  assert.equal(asked.length, 1)
  over = false
  await pulls.first(link)
  await letPass(DAY, pulls)
  assert.ok(asked.length > 3)
})

test('what fails at one bank does not hold up the others', async () => {
  const { pulls, asked } = openPulls(({ linkId }) => {
    if (linkId === broken.linkId) throw new Error('unknown')
  })
  const broken = david()
  const others = [david(), david()]
  await assert.rejects(pulls.first(broken))
  for (const link of others) await pulls.first(link)
  await letPass(DAY, pulls)
  for (const { linkId } of others) assert.ok(asked.filter((one) => one.linkId === linkId).length >= 4, linkId)
})

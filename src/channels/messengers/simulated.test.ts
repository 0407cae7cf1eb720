/** What people and messengers do to us, at each of those that others run: simulated to the last byte, and a day takes no time. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { NOTICES } from '#conversation'
import { DAY, HOUR, MINUTE, SECOND, systemRandom } from '#kit'
import { MESSENGERS } from '../../../sim/messengers/phone.ts'
import { putInOutbox } from './outbox.ts'
import { openAt } from './simulated.fixture.ts'

for (const id of MESSENGERS)
  describe(id, () => {
    let house: Awaited<ReturnType<typeof openAt>>
    before(async () => {
      house = await openAt(id)
    })
    after(() => house.close())

    type Person = Awaited<ReturnType<typeof house.amina>>
    const ask = async (person: Person) =>
      house.chat.tellCase({ ...person, caseId: await house.raiseCase(person) })
    const own = async ({ personId }: Person) =>
      (await house.all(personId)).filter(({ from }) => from === 'person').length
    const count = (all: readonly string[], text: string) => all.filter((one) => one === text).length
    /** How an alert of theirs ended, or stands. */
    const alertOf = async ({ personId }: Person) => {
      const [row] = await house.sql.rooms.query<{ state: string }>(
        `select state from channels.outbox where person_id = $1 and urgency = 'alert'`,
        [personId],
      )
      return row!.state
    }
    const stateOf = async ({ personId }: Person) => {
      const { addresses } = await house.messengers.describe(personId)
      return addresses.find(({ messenger }) => messenger === id)!.state
    }
    /** A chat of theirs at another messenger, further down their ladder. */
    const other = id === 'telegram' ? ('messenger' as const) : ('telegram' as const)
    const chatAtOther = async ({ personId }: Person) => {
      await house.link(personId, other, `other-${personId}`)
      return () =>
        house[other].sent.flatMap(({ to, notice }) => (to === `other-${personId}` ? [notice.text] : []))
    }

    test('fifty messages at once are taken at once, and answered up to a limit that it takes', async () => {
      const person = await house.amina()
      await house.company.told()
      const tries = house.company.tries()
      house.webhook.statuses.length = 0
      await Promise.all(Array.from({ length: 50 }, (_, n) => person.write(`thanks ${n}`)))
      assert.deepEqual(house.webhook.statuses, Array(50).fill(200))
      for (let n = 0; n < 12; n++) await house.passes(5 * SECOND)
      const said = person.said()
      const answered = count(said, NOTICES['answer-ready'].en)
      assert.ok(answered >= 10 && answered <= 20, `${answered} were answered`)
      assert.equal(await own(person), answered)
      assert.ok([1, 2].includes(count(said, NOTICES['too-many'].en)))
      assert.equal(house.company.tries() - tries, said.length, 'it never had to refuse us')
    })

    test('somebody who blocks us is warned elsewhere, and is reached there again once they write', async () => {
      const person = await house.amina()
      const atOther = await chatAtOther(person)
      // Telegram tells of it, and does so late: until then its refusal alone says so.
      house.webhook.isDown = true
      await person.blocks()
      await ask(person)
      await house.passes(SECOND)
      assert.deepEqual(person.said(), [])
      assert.equal(atOther().at(-1), NOTICES['card-question'].en)
      // WhatsApp says of such a message that it is undeliverable, which may be otherwise tomorrow.
      assert.equal(await stateOf(person), id === 'whatsapp' ? 'live' : 'blocked')
      house.webhook.isDown = false
      await house.company.retries()
      await person.unblocks()
      await person.write('what is my balance?')
      await house.passes(2 * SECOND)
      assert.deepEqual(person.said(), [NOTICES['answer-ready'].en])
      assert.equal(await stateOf(person), 'live')
    })

    test('down for a day: nothing is lost, nothing comes twice, and nothing stale comes late', async () => {
      const person = await house.amina()
      house.company.goesDown(true)
      await person.write('what is my balance?')
      await house.passes(SECOND)
      await ask(person)
      for (let hour = 0; hour < 12; hour++) await house.passes(HOUR)
      await person.write('what is my balance?')
      for (let hour = 0; hour < 12; hour++) await house.passes(HOUR)
      assert.deepEqual(person.said(), [])
      house.company.goesDown(false)
      await house.passes(HOUR)
      await house.passes(DAY)
      assert.deepEqual(person.said(), [NOTICES['message-waiting'].en])
      assert.equal(await alertOf(person), 'over', 'the bank’s people were told to call')
      const balances = (await house.all(person.personId)).filter(({ text }) => /1,234\.56/.test(text))
      assert.equal(balances.length, 2)
      const link = person.lines().findLast(({ from }) => from === 'them')!.link!
      const token = new URL(link.href).pathname.slice('/o/'.length)
      assert.match(JSON.stringify(await house.messengers.openSealed(person.personId, token)), /1,234\.56/)
    })

    test('one that asks for time is left alone for so long, and is then told once', async () => {
      const person = await house.amina()
      const tries = house.company.tries()
      const waitMs = house.company.asksForTime()
      await person.write('what is my balance?')
      await house.passes(SECOND)
      house.company.hasRoom()
      await house.passes(waitMs / 2)
      assert.equal(house.company.tries() - tries, 1)
      assert.deepEqual(person.said(), [])
      for (let n = 0; n < 3; n++) await house.passes(waitMs)
      assert.deepEqual(person.said(), [NOTICES['answer-ready'].en])
      assert.equal(house.company.tries() - tries, 2)
    })

    if (id === 'telegram') {
      test('it tells of nothing that was delivered: an alert climbs on', async () => {
        const person = await house.amina()
        const atOther = await chatAtOther(person)
        await ask(person)
        await house.passes(SECOND)
        assert.deepEqual(person.said(), [NOTICES['card-question'].en])
        await house.passes(2 * HOUR)
        assert.equal(count(atOther(), NOTICES['card-question'].en), 1)
      })
      return
    }

    test('once its window has closed while it was down it is asked nothing that it would refuse', async () => {
      const person = await house.amina()
      house.company.goesDown(true)
      await person.write('what is my balance?')
      for (let hour = 0; hour < 25; hour++) await house.passes(HOUR)
      house.company.goesDown(false)
      const tries = house.company.tries()
      await house.passes(HOUR)
      await house.passes(DAY)
      assert.equal(house.company.tries(), tries)
      await person.write('thank you')
      for (let n = 0; n < 3; n++) await house.passes(SECOND)
      assert.equal(
        count(person.said(), NOTICES['message-waiting'].en),
        1,
        'what they asked is not passed over',
      )
      assert.equal(person.said().length, 2)
      const { link } = person.lines().findLast(({ text }) => text === NOTICES['message-waiting'].en)!
      const token = new URL(link!.href).pathname.slice('/o/'.length)
      assert.match(JSON.stringify(await house.messengers.openSealed(person.personId, token)), /1,234\.56/)
      await house.passes(2 * DAY)
      assert.equal(person.said().length, 2, 'and is told once')
    })

    test('what somebody at the bank answered once the window had closed waits for the person’s next word, however late', async () => {
      const person = await house.amina()
      await house.passes(25 * HOUR)
      const told = (n: number) => ({
        personId: person.personId,
        cause: `told-${n}`,
        notice: 'human-answered' as const,
        urgency: 'answer' as const,
        messageIds: [],
      })
      const said = async () => {
        for (let n = 0; n < 3; n++) await house.passes(2 * SECOND)
        return person.said()
      }
      await putInOutbox(house.sql.rooms, told(1), { now: house.clock.now(), random: systemRandom })
      await house.passes(20 * MINUTE)
      assert.deepEqual(person.said(), [])
      await person.write('thank you')
      assert.equal(count(await said(), NOTICES['human-answered'].en), 1, 'as it is')
      await house.passes(25 * HOUR)
      for (const n of [2, 3]) {
        await putInOutbox(house.sql.rooms, told(n), { now: house.clock.now(), random: systemRandom })
        for (let day = 0; day < 4; day++) await house.passes(DAY)
      }
      assert.equal(count(person.said(), NOTICES['message-waiting'].en), 0)
      await person.write('thank you')
      assert.equal(
        count(await said(), NOTICES['message-waiting'].en),
        1,
        'and later that something waits, once',
      )
      assert.equal(count(person.said(), NOTICES['human-answered'].en), 1)
    })

    if (id === 'whatsapp')
      test('what WhatsApp takes and then finds outside of its window waits for the person, and is not sent again before', async () => {
        const person = await house.amina()
        house.graph!.trouble.failsLaterWith = 131047
        await person.write('what is my balance?')
        await house.passes(SECOND)
        await house.company.told()
        const tries = house.company.tries()
        for (let n = 0; n < 5; n++) await house.passes(MINUTE)
        assert.equal(house.company.tries(), tries)
        house.graph!.trouble.failsLaterWith = null
        const before = person.said().length
        await person.write('thank you')
        for (let n = 0; n < 3; n++) await house.passes(2 * SECOND)
        assert.equal(count(person.said().slice(before), NOTICES['answer-ready'].en), 2)
      })

    if (id === 'whatsapp')
      test('what it took and fails to deliver goes on at once, and whoever chose to hear no more is written to no more', async () => {
        for (const [code, state] of [
          [131026, 'live'],
          [131050, 'blocked'],
        ] as const) {
          const person = await house.amina()
          const atOther = await chatAtOther(person)
          house.graph!.trouble.failsLaterWith = code
          house.graph!.deliveries.trouble.holds = true
          await ask(person)
          await house.passes(SECOND)
          await house.company.told()
          house.graph!.trouble.failsLaterWith = null
          assert.equal(count(atOther(), NOTICES['card-question'].en), 0)
          await house.graph!.deliveries.release()
          await house.passes(SECOND)
          assert.equal(count(atOther(), NOTICES['card-question'].en), 1)
          assert.equal(await stateOf(person), state)
        }
      })

    for (const deliversBy of id === 'messenger' ? (['mids', 'watermark'] as const) : (['mids'] as const))
      test(`an alert that was delivered climbs no further (${id === 'whatsapp' ? 'by its status' : `by ${deliversBy}`})`, async () => {
        const person = await house.amina()
        const atOther = await chatAtOther(person)
        house.graph!.trouble.deliversBy = deliversBy
        await ask(person)
        await house.passes(SECOND)
        await house.company.told()
        await house.passes(SECOND)
        assert.equal(await alertOf(person), 'delivered')
        await house.passes(2 * HOUR)
        assert.deepEqual(person.said(), [NOTICES['card-question'].en])
        assert.equal(count(atOther(), NOTICES['card-question'].en), 0)
      })
  })

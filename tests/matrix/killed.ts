import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { NOTICES } from '#conversation'
import { createSql, seeded, systemClock, systemRandom } from '#kit'
import { createAddresses } from '../../src/channels/messengers/addresses.ts'
import { openHouseApart } from '../fixtures/house-apart.ts'
import { eventually, freePort } from '../fixtures/town.ts'
import { freshDatabase } from '../postgres.ts'
import { TEST_SECRET } from '../test-server.ts'

/** A homeserver as this test needs it: our account there, and people with a room in which it is. */
export type World = {
  url: URL
  user: string
  accessToken: string
  person(
    name: string,
  ): Promise<{ userId: string; writes(body: string): unknown; texts(): Promise<readonly string[]> }>
}

const ANSWER = new RegExp(
  `^${NOTICES['answer-ready'].en.replace('.', '\\.')}\\nhttp://localhost:\\d+/o/[\\w-]{32}$`,
)
const QUESTIONS_PER_KILL = 2

/**
 * People write without end, while the process that has our keys in hand is ended without warning at seeded moments and another
 * begins. Afterwards each question is answered once, and our device is the one that it was.
 */
export async function answersThroughKills(
  world: World,
  { people, kills, seed }: { people: number; kills: number; seed: number },
): Promise<void> {
  const database = await freshDatabase()
  const owner = createSql({ url: database.url, connectionsMax: 1, application: 'matrix-kill-test' })
  const house = await openHouseApart({
    databaseUrl: database.url,
    secret: TEST_SECRET,
    port: await freePort(),
    stderr: 'ignore',
    environment: {
      GUICHET_MATRIX_HOMESERVER: world.url.href,
      GUICHET_MATRIX_USER: world.user,
      GUICHET_MATRIX_ACCESS_TOKEN: world.accessToken,
    },
  })
  try {
    const linked = await house.linkPeople(people)
    // Nobody answers at this bank, so the pulls that linking asks for would be tried for ever.
    await owner.query('delete from graphile_worker._private_jobs')
    let running = await house.start()
    const chats = await linkChats(linked)
    const keys = await ourKeys(world)
    const answers = async () => {
      const texts = await Promise.all(chats.map(({ texts }) => texts()))
      return texts.map((all) => all.filter((text) => ANSWER.test(text)).length)
    }
    const total = async () => (await answers()).reduce((sum, one) => sum + one, 0)

    const chance = seeded(seed)
    let asked = 0
    for (let kill = 0; kill < kills; kill++) {
      const before = await total()
      for (let n = 0; n < QUESTIONS_PER_KILL; n++) {
        await Promise.all(chats.map(({ writes }) => writes('what is my balance?')))
        asked++
      }
      await eventually('an answer', async () => (await total()) > before)
      await setTimeout(chance() * 400)
      await running.end('SIGKILL')
      await leasesRunOut()
      running = await house.start(await freePort())
    }
    // A chat is worked in its order: once what came last is answered, so is all that came before.
    await Promise.all(chats.map(({ writes }) => writes('what is my balance?')))
    asked++
    await eventually('every answer', async () => (await answers()).every((count) => count >= asked))
    assert.deepEqual(await answers(), Array(people).fill(asked), 'each question is answered once')
    for (const { personId } of linked) {
      const kept = await owner.query(
        `select 1 from channels.message where person_id = $1 and sender = 'person'`,
        [personId],
      )
      assert.equal(kept.length, asked, 'and kept once')
    }
    assert.deepEqual(await ourKeys(world), keys, 'our device is the one that it was')
    await running.end('SIGTERM')
  } finally {
    await house.close()
    await owner.end()
    await database.drop()
  }

  /** Each of them links a room, as they do: a code from their page, two digits from the room. */
  async function linkChats(linked: readonly { personId: string }[]) {
    const rooms = await house.openRooms()
    try {
      const indexKey = await readFile(join(house.settings.keysFolder, 'messengers.key'), 'utf8')
      const addresses = createAddresses({
        sql: rooms.sql.rooms,
        vault: rooms.vault,
        clock: systemClock,
        random: systemRandom,
        indexKey: Buffer.from(indexKey, 'base64'),
      })
      const chats = []
      for (const [n, { personId }] of linked.entries()) {
        const chat = await world.person(`person-${n}`)
        await chat.writes((await addresses.begin(personId, 'matrix')).code)
        const digits = await eventually(
          'the two digits',
          async () => /(\d\d)$/.exec((await chat.texts()).at(-1) ?? '')?.[1],
        )
        await addresses.confirm(personId, digits)
        chats.push(chat)
      }
      return chats
    } finally {
      await rooms.close()
    }
  }

  /** A minute goes by, after which what the dead process had in hand is somebody else's. */
  async function leasesRunOut(): Promise<void> {
    // The database still ends what it was asked last.
    await eventually('its connections have ended', async () => {
      const open = await owner.query(
        `select 1 from pg_stat_activity where datname = current_database() and application_name like 'guichet-%'`,
      )
      return open.length === 0
    })
    await owner.query(`update channels.matrix_account set leased_until = now()`)
    await owner.query(`update channels.heard set next_at = received_at where handled_at is null`)
    await owner.query(`update channels.outbox set next_at = made_at where state = 'waiting'`)
  }
}

/** What the homeserver has of our devices and our identity, without who vouches for them. */
async function ourKeys({ url, user, accessToken }: World): Promise<unknown> {
  const response = await fetch(new URL('/_matrix/client/v3/keys/query', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ device_keys: { [user]: [] } }),
  })
  const answer = (await response.json()) as {
    device_keys: Record<string, Record<string, { keys: object }>>
    master_keys: Record<string, { keys: object }>
  }
  const devices = Object.entries(answer.device_keys[user]!).map(([device, { keys }]) => [device, keys])
  assert.equal(devices.length, 1)
  return { devices, identity: answer.master_keys[user]!.keys }
}

/** What is said in Matrix, through the sudden ends of the process that has our keys in hand. */
import { test } from 'node:test'
import { startStandInHomeserver } from '../../sim/messengers/matrix/homeserver.ts'
import { eventually } from '../fixtures/town.ts'
import { startHomeserver, whyNoHomeserver } from './homeserver.ts'
import { answersThroughKills } from './killed.ts'
import { openPerson, type Person } from './person.ts'

const SEED = 20_261_127

test('through eight kills in a flood each question is answered once and none is lost', async () => {
  const user = '@guichet:bank.example'
  const homeserver = await startStandInHomeserver({ userId: user, password: 'a password' })
  try {
    const { accessToken } = homeserver.logIn()
    await answersThroughKills(
      {
        url: homeserver.url,
        user,
        accessToken,
        async person(name) {
          const userId = `@${name}:bank.example`
          const room = homeserver.invites(userId)
          await eventually('our account is in the room', async () => homeserver.isIn(room))
          return {
            userId,
            writes: (body) => homeserver.writes(room, userId, body),
            texts: async () =>
              homeserver.sent
                .filter(({ roomId }) => roomId === room)
                .map(({ content }) => String(content.body)),
          }
        },
      },
      { people: 4, kills: 8, seed: SEED },
    )
  } finally {
    await homeserver.stop()
  }
})

test('and so it is in encrypted rooms of a real homeserver, whose people can read every answer', {
  skip: whyNoHomeserver(),
}, async () => {
  const homeserver = await startHomeserver()
  const people: Person[] = []
  try {
    const bot = await homeserver.register('guichet')
    await answersThroughKills(
      {
        url: new URL(homeserver.url),
        user: bot.userId,
        accessToken: bot.accessToken,
        async person(name) {
          const own = await openPerson(homeserver.url, await homeserver.register(name))
          people.push(own)
          const room = await own.openRoom(bot.userId)
          return {
            userId: own.userId,
            writes: (body) => own.write(room, body),
            texts: async () => (await own.readFrom(room, bot.userId)).map(({ body }) => body),
          }
        },
      },
      { people: 3, kills: 4, seed: SEED },
    )
  } finally {
    for (const own of people) await own.close()
    await homeserver.stop()
  }
})

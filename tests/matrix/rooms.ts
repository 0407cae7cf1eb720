import { setTimeout } from 'node:timers/promises'
import { createMatrixDoor, type MatrixDoor } from '#channels'
import { Secret, systemRandom } from '#kit'
import type { PrivateDoor } from '../../src/channels/messengers/door.ts'
import { openMessengerHouse, PUBLIC } from '../../src/channels/messengers/messengers.fixture.ts'
import { type Account, type Homeserver, startHomeserver } from './homeserver.ts'
import { openPerson, type Person, until } from './person.ts'

/** The messengers' house with a door to a real homeserver, and people who write from their own clients. */
export async function openMatrixHouse() {
  const homeserver: Homeserver = await startHomeserver()
  const bot = await homeserver.register('guichet')
  const errors: unknown[] = []
  const operator: string[] = []
  /** Everything that left for the homeserver, as it left. */
  const left: { path: string; body: string }[] = []
  const network = { fetch: ((input, init) => fetch(input, init)) as typeof fetch }
  const people: Person[] = []
  let door: MatrixDoor | null = null
  let login: Account = bot

  const open = (sql: Parameters<typeof createMatrixDoor>[0]['sql'], clock: { now(): number }) =>
    createMatrixDoor({
      homeserver: new URL(homeserver.url),
      user: login.userId,
      servers: [homeserver.serverName],
      accessToken: new Secret(login.accessToken),
      fetch: async (input, init) => {
        left.push({ path: new URL(String(input)).pathname, body: String(init?.body ?? '') })
        return await network.fetch(input, init)
      },
      allowed: { publicUrl: PUBLIC, names: new Set(['chase']) },
      sql,
      key: Buffer.alloc(32, 5),
      clock,
      random: systemRandom,
      tellOperator: (code) => operator.push(code),
      onError: (error) => errors.push(error),
    })

  const more: NonNullable<Parameters<typeof openMessengerHouse>[0]>['more'] = (chat) => {
    door = open(chat.sql.rooms, chat.clock)
    // Whichever process has the keys is the door; a test ends one and begins another.
    const matrix: PrivateDoor = {
      id: 'matrix',
      hasButtons: false,
      startUrl: () => null,
      contact: door.contact!,
      waitMs: () => door!.waitMs!(),
      send: (...given) => door!.send(...given),
      mayBePrivate: (to) => door!.mayBePrivate(to),
      showPrivately: (...given) => door!.showPrivately(...given),
      get verification() {
        return door!.verification
      },
    }
    return [matrix]
  }
  const house = await openMessengerHouse({ more })
  const start = () => door!.start((heard) => house.messengers.put('matrix', heard))
  start()

  const town = {
    ...house,
    homeserver,
    bot,
    errors,
    matrixOperator: operator,
    left,
    network,

    /** Lets everything go on until something is so. */
    becomes: <T>(look: () => T | Promise<T>) =>
      until(look, async () => {
        await house.passes(300)
        await setTimeout(30)
      }),

    isUp: () => until(() => door!.waitMs!() === null),

    /** As a process that is ended without a word: nothing of it is written any more, and another takes the keys. */
    async dies(): Promise<void> {
      const [row] = await house.sql.rooms.query<{ generation: number }>(
        `update channels.matrix_account set generation = generation + 1, leased_until = now() returning generation`,
      )
      await door!.stop()
      if (!row) throw new Error('there was nothing to lose')
    },
    /** With the login that it had, or another. */
    async begins(account: Account = login): Promise<void> {
      await door!.stop()
      login = account
      door = open(house.sql.rooms, house.clock)
      start()
      await town.isUp()
    },

    async person(name: string, account?: Account): Promise<Person> {
      const person = await openPerson(homeserver.url, account ?? (await homeserver.register(name)))
      people.push(person)
      return person
    },

    async close(): Promise<void> {
      for (const person of people) await person.close()
      await door!.stop()
      await homeserver.stop()
      await house.close()
    },
  }
  return town
}

import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { Secret, systemRandom } from '#kit'
import { startStandInHomeserver } from '../../../sim/messengers/matrix/homeserver.ts'
import type { PrivateDoor } from '../messengers/door.ts'
import { openMessengerHouse, PUBLIC } from '../messengers/messengers.fixture.ts'
import { createMatrixDoor, type MatrixDoor } from './door.ts'

const PATIENCE_MS = 30_000
export const BOT = '@guichet:bank.example'

/** The messengers' house with a door to a homeserver that plays its troubles. What is encrypted is tried against Synapse. */
export async function openMatrixTroubles() {
  const homeserver = await startStandInHomeserver({ userId: BOT, password: 'a password' })
  const errors: unknown[] = []
  const operator: string[] = []
  let door: MatrixDoor | null = null
  let open: (() => void) | null = null

  const house = await openMessengerHouse({
    more({ sql, clock }) {
      open = () => {
        const { accessToken } = homeserver.logIn()
        door = createMatrixDoor({
          homeserver: homeserver.url,
          user: BOT,
          servers: [homeserver.serverName],
          accessToken: new Secret(accessToken),
          fetch,
          allowed: { publicUrl: PUBLIC, names: new Set(['chase']) },
          sql: sql.rooms,
          key: Buffer.alloc(32, 5),
          clock,
          random: systemRandom,
          tellOperator: (code) => operator.push(code),
          onError: (error) => errors.push(error),
        })
        door.start((heard) => house.messengers.put('matrix', heard))
      }
      const now = () => {
        assert.ok(door)
        return door
      }
      // Whichever door is open; a test closes one and opens another.
      const matrix: PrivateDoor = {
        id: 'matrix',
        hasButtons: false,
        startUrl: () => null,
        contact: { name: BOT, url: '' },
        waitMs: () => now().waitMs!(),
        mayBePrivate: (to) => now().mayBePrivate(to),
        send: (...given) => now().send(...given),
        showPrivately: (...given) => now().showPrivately(...given),
        get verification() {
          return now().verification
        },
      }
      return [matrix]
    },
  })
  open!()

  /** Lets everything go on until something is so. */
  async function becomes<T>(look: () => T | Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
    for (const until = performance.now() + PATIENCE_MS; ; ) {
      const seen = await look()
      if (seen) return seen as NonNullable<Exclude<T, false>>
      assert.ok(performance.now() < until, `it did not come to pass: ${look}`)
      await house.passes(300)
      await setTimeout(20)
    }
  }

  const said = (roomId: string) =>
    homeserver.sent.filter((one) => one.roomId === roomId).map(({ content }) => String(content.body))

  const town = {
    ...house,
    homeserver,
    errors,
    matrixOperator: operator,
    becomes,
    said,

    /** Somebody whose room is linked, and what they do there. */
    async linked(userId: string, locale: 'en' | 'fr' = 'en') {
      const person = await house.amina(['account-view', 'fraud-alerts'])
      await house.people.setLocale(house.sql.rooms, person.personId, locale, 'Europe/Paris')
      const { code } = await house.messengers.begin(person.personId, 'matrix')
      const room = homeserver.invites(userId)
      await becomes(() => homeserver.isIn(room))
      homeserver.writes(room, userId, code)
      const digits = await becomes(() => /\d\d$/.exec(said(room).at(-1) ?? '')?.[0])
      const { addresses } = await house.messengers.confirm(person.personId, digits)
      await becomes(() => said(room).length === 2)
      return {
        ...person,
        room,
        address: addresses.at(-1)!,
        said: () => said(room),
        writes: (words: string) => homeserver.writes(room, userId, words),
        leaves: () => homeserver.leaves(room, userId),
      }
    },

    /** The process ends, and another begins, which is given a login of its own. */
    async beginsAgain(): Promise<void> {
      await door!.stop()
      open!()
    },

    async close(): Promise<void> {
      homeserver.makes()
      await door!.stop()
      await homeserver.stop()
      await house.close()
    },
  }
  return town
}

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Private } from '#kit'
import type { Connection } from '#vault'
import { CHAT, payment } from '../../../tests/fixtures/rooms.ts'
import { reveal } from '../../kit/reveal.ts'
import { ENGLISH, openChat } from './chat.fixture.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
after(() => house.close())

test('two cards blocked at the same moment use the bank’s access one after the other, and keep it', async () => {
  const { chat, desk, vault } = house
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  await vault.open(
    { personId, purpose: 'account-view', actor: CHAT, what: 'keep-history', linkIds: [linkId] },
    async (loan) => {
      const [account] = reveal(await loan.accounts())
      await loan.keep('transaction', [payment({ accountId: account!.id, cardNumberDisplay: '1111' })])
    },
  )
  // A bank gives a new refresh token each time, and takes one that comes back for a theft.
  const used = new Set<string>()
  let renewals = 0
  desk.refresh = async (_: string, connection: Private<Connection>) => {
    const { refreshToken } = reveal(connection)
    assert.ok(!used.has(refreshToken!), 'a refresh token was used twice')
    used.add(refreshToken!)
    await new Promise((resolve) => setTimeout(resolve, 30))
    return {
      connection: connection.map((old) => ({ ...old, refreshToken: `renewed-${++renewals}` })),
      renewed: true,
    }
  }

  const buttonFor = async (card: string) => {
    const asked = await chat.hear(personId, 'block my card', ENGLISH)
    const action = asked.flatMap(({ actions }) => actions).find(({ label }) => label.includes(card))
    assert.ok(action && 'token' in action, `no button for ${card}`)
    return action.token
  }
  const tokens = [await buttonFor('5770'), await buttonFor('1111')]
  const replies = await Promise.all(tokens.map((token) => chat.act(personId, token, ENGLISH)))
  assert.equal(replies.flat().filter(({ text }) => /is blocked/.test(text)).length, 2)
  assert.equal(desk.orders('block').length, 2)
  assert.equal(renewals, 2)
})

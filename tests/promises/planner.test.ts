/**
 * A language model that an operator sets up is told what a person wrote, and nothing that is kept about them: what it
 * receives is the same, but for the person's own words, before a bank is linked and after, whoever asks.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { smallCustomers } from '../../sim/testing/small-customers.ts'
import { NO_PLAN, says, startLanguageModel } from '../fixtures/language-model.ts'
import { linkIsTold, openTown, type Town } from '../fixtures/town.ts'

/** Planted in what the bank knows, and nowhere else. */
const CANARIES = ['7413.97', '741397', 'quokka', 'KANARIENVOGEL', 'kanarien', 'Quintilla']

const received: { headers: string; body: string }[] = []
let model: Awaited<ReturnType<typeof startLanguageModel>>
let town: Town
before(async () => {
  model = await startLanguageModel(({ headers, body }) => {
    const names = Object.entries(headers).filter(([name]) => name !== 'content-length')
    received.push({ headers: JSON.stringify(names), body })
    return says({ ...NO_PLAN, kind: 'balance' })
  })
  town = await openTown({
    planner: { url: model.url, model: 'small', key: null },
    customers: (bankId, now) =>
      smallCustomers(bankId)(now).map((customer, index) =>
        index > 0
          ? customer
          : {
              ...customer,
              displayName: 'Quintilla Kanarie',
              customerId: `kanarien-${bankId}`,
              accounts: customer.accounts.map((account, at) => ({
                ...account,
                accountId: `KANARIENVOGEL-${bankId}-${at}`,
                openingBalanceMinor: 9_000_000,
                entries: account.entries.map((entry, n) =>
                  n === 3 ? { ...entry, amountMinor: -741_397, descriptor: 'quokka emporium 5531' } : entry,
                ),
              })),
            },
      ),
  })
})
after(async () => {
  await town.close()
  model.stop()
})

/** What was sent, with the words that the person wrote taken out. */
const besideWords = (words: string) =>
  received.map(({ headers, body }) => headers + body.replaceAll(JSON.stringify(words), '"…"'))

test('a planner is told the words alone, and never a word that must reach a person', async () => {
  const words = 'gimme the zzyzx of my quux'
  const visitor = town.visitor()
  await visitor.say(words)
  assert.equal(received.length, 1)

  await visitor.link('chase', ['account-view', 'fraud-alerts', 'spending-insights'])
  await linkIsTold(visitor, 'Chase')
  await visitor.say('show my last 20 payments')
  await visitor.say('what did I spend at quokka emporium this year')
  const answers = await visitor.say(words)
  assert.ok(
    JSON.stringify(answers).includes('Chase'),
    'what the planner made of it is answered from the person’s own accounts',
  )
  assert.equal(received.length, 2, 'rules answer the rest')

  for (const safe of ['this payment was not me', 'let me talk to a human about zzyzx', 'my card was stolen'])
    await visitor.say(safe)
  assert.equal(received.length, 2, 'these words never go there')

  const [before, after] = besideWords(words)
  assert.equal(after, before)
  for (const canary of CANARIES)
    assert.ok(!JSON.stringify(received).toLowerCase().includes(canary.toLowerCase()), canary)
})

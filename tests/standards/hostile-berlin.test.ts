/** The Berlin Group's rows, made of the specification's own schemas, each with every field spoilt in turn. */
import { join } from 'node:path'
import { createBerlinReader } from '../../src/banks/berlin/read.ts'
import { type Case, type Json, NOW, ORIGIN, readerOf, testHostileRows } from './hostile.ts'
import { sampleOf } from './sample.ts'
import { readSpecification } from './specification.ts'

async function berlinCases(): Promise<Case[]> {
  const { components } = await readSpecification(join(import.meta.dirname, 'berlin-1.3.11.json'))
  const said = { currency: 'EUR', amount: '-12.30', exchangeRate: '0.1027', merchantCategoryCode: '5411' }
  const sample = (name: string, over: Json = {}) =>
    ({
      ...(sampleOf(components.schemas, { $ref: `#/components/schemas/${name}` }, said) as Json),
      ...over,
    }) as Json
  const { set, accounts, balances, transactions } = readerOf((request) =>
    createBerlinReader({
      baseUrl: `${ORIGIN}/v1`,
      request,
      clock: { now: () => NOW },
      timeZone: 'Europe/Paris',
    }),
  )
  const consent: [RegExp, () => unknown] = [/\/consents\//, () => ({ consentStatus: 'valid' })]
  const cash = (resourceId: string, over: Json = {}) => sample('accountDetails', { resourceId, ...over })
  const card = (resourceId: string) => sample('cardAccountDetails', { resourceId })
  const booked = (transactionId: string) =>
    sample('transactions', { transactionId, entryReference: `E-${transactionId}` })
  const bought = (cardTransactionId: string) =>
    sample('cardTransaction', {
      cardTransactionId,
      originalAmount: { currency: 'SEK', amount: '119.00' },
      maskedPAN: '525412******3241',
    })
  const lists = (of: Json[], cards: Json[] = []): [RegExp, () => unknown][] => [
    [/\/v1\/accounts$/, () => ({ accounts: of })],
    [/\/card-accounts$/, () => ({ cardAccounts: cards })],
  ]
  const ofAccount = (name: string, list: string): Case => ({
    name,
    row: booked('2'),
    around: [booked('1'), booked('3')],
    atOnce: 100,
    read: async (rows) => {
      set(consent, [/\/transactions$/, () => ({ transactions: { [list]: rows } })], ...lists([cash('a-1')]))
      return await transactions('a-1', 'EUR')
    },
  })
  const cases: Case[] = [
    ofAccount('a booked row', 'booked'),
    ofAccount('a pending row', 'pending'),
    {
      name: 'a row of a card',
      row: bought('2'),
      around: [bought('1'), bought('3')],
      atOnce: 100,
      read: async (rows) => {
        set(
          consent,
          [/\/transactions$/, () => ({ cardTransactions: { booked: rows } })],
          ...lists([], [card('c-1')]),
        )
        return await transactions('c-1', 'EUR')
      },
    },
    {
      name: 'an account',
      row: cash('2'),
      around: [cash('1'), cash('3')],
      read: async (rows) => {
        set(consent, ...lists(rows as Json[]))
        return await accounts()
      },
    },
    {
      name: 'a card account',
      row: card('2'),
      around: [card('1'), card('3')],
      read: async (rows) => {
        set(consent, ...lists([], rows as Json[]))
        return await accounts()
      },
    },
    {
      name: 'a balance',
      row: sample('balance'),
      around: [sample('balance'), sample('balance')],
      isChosenFrom: true,
      read: async (rows) => {
        set(consent, ...lists([cash('a-1', { balances: undefined })]), [
          /\/balances$/,
          () => ({ balances: rows }),
        ])
        return await balances()
      },
    },
  ]
  return cases.map((one) => ({ ...one, name: `Berlin Group: ${one.name}` }))
}

testHostileRows(await berlinCases())

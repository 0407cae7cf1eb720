import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#kit'
import type { OfferFacts, OfferState } from '#vault'
import { loadOffers, parseOfferFile } from './load-offers.ts'
import { chooseOffer, stateId } from './match.ts'
import type { Offer, OfferFile } from './offer-file.ts'

const NOW = Date.UTC(2026, 10, 23)
const say = (words: string) => ({ en: words, fr: `${words} (fr)` })

const offer = (over: Partial<Offer> = {}): Offer => ({
  id: 'no-foreign-fee',
  title: say('A card without foreign fees'),
  body: say('Pay abroad at the exchange rate of the day.'),
  reason: say('You often pay in other currencies.'),
  when: { all: [{ fact: 'foreignPayments', atLeast: 3 }] },
  from: '2026-01-01T00:00:00Z',
  to: '2027-01-01T00:00:00Z',
  ...over,
})
const chase = (...offers: Offer[]): OfferFile => ({ bankId: 'chase', offers })
const facts = (over: Partial<OfferFacts> = {}): OfferFacts => ({
  linkId: 'lnk_1',
  bankId: 'chase',
  currency: 'GBP',
  hasSavings: false,
  hasCard: true,
  currentBalanceMinor: 500_000,
  monthlySpendMinor: 120_000,
  foreignPayments: 3,
  fuelMonthlyMinor: 0,
  travelMonthlyMinor: 0,
  ...over,
})
const shown = (offerId: string, shownAt: number, dismissed = false): OfferState => ({
  id: stateId('lnk_1', offerId),
  offerId,
  shownAt,
  dismissed,
})

test('an offer is shown when the facts meet its conditions, at their very bound', () => {
  assert.equal(chooseOffer([chase(offer())], [facts()], [], NOW)?.offer.id, 'no-foreign-fee')
  assert.equal(chooseOffer([chase(offer())], [facts({ foreignPayments: 2 })], [], NOW), null)
})

test('an offer with several conditions needs all of them in one currency', () => {
  const both = offer({
    when: {
      all: [
        { fact: 'currency', is: 'GBP' },
        { fact: 'currentBalanceMinor', atLeast: 100_000, atMost: 900_000 },
      ],
    },
  })
  assert.ok(chooseOffer([chase(both)], [facts()], [], NOW))
  assert.equal(chooseOffer([chase(both)], [facts({ currency: 'EUR' })], [], NOW), null)
  const apart = [facts({ currentBalanceMinor: 5 }), facts({ currency: 'EUR' })]
  assert.equal(chooseOffer([chase(both)], apart, [], NOW), null)
})

test('a balance that the bank has not said meets no condition', () => {
  const low = offer({ when: { all: [{ fact: 'currentBalanceMinor', atMost: 1_000_000 }] } })
  assert.equal(chooseOffer([chase(low)], [facts({ currentBalanceMinor: null })], [], NOW), null)
})

test('an offer is shown from its first instant until just before its last', () => {
  const dated = [chase(offer())]
  assert.ok(chooseOffer(dated, [facts()], [], Date.UTC(2026, 0, 1)))
  assert.equal(chooseOffer(dated, [facts()], [], Date.UTC(2026, 0, 1) - 1), null)
  assert.equal(chooseOffer(dated, [facts()], [], Date.UTC(2027, 0, 1)), null)
})

test('another bank’s offers are never shown', () => {
  assert.equal(chooseOffer([{ bankId: 'citi', offers: [offer()] }], [facts()], [], NOW), null)
})

test('a dismissed offer never comes back; a new one comes before one already shown', () => {
  const two = [chase(offer(), offer({ id: 'savings' }))]
  assert.equal(chooseOffer(two, [facts()], [shown('no-foreign-fee', 1)], NOW)?.offer.id, 'savings')
  const both = [shown('no-foreign-fee', 1), shown('savings', 2)]
  assert.equal(chooseOffer(two, [facts()], both, NOW)?.offer.id, 'no-foreign-fee')
  const dismissed = [shown('no-foreign-fee', 1, true), shown('savings', 2, true)]
  assert.equal(chooseOffer(two, [facts()], dismissed, NOW), null)
})

const refused = (name: string, content: unknown, says: RegExp) =>
  assert.throws(
    () => parseOfferFile(name, typeof content === 'string' ? content : JSON.stringify(content)),
    (error: Fault) => error instanceof Fault && error.code === 'setting-wrong' && says.test(error.message),
  )

test('an offers file that is wrong is refused with its name, the field and what it should be', () => {
  refused('chase.json', '{"bankId":', /chase\.json: it is not JSON/)
  refused('citi.json', chase(), /should be named chase\.json/)
  refused('chase.json', chase(offer({ title: { en: 'Only English' } as never })), /offers\[0\]\.title\.fr/)
  refused(
    'chase.json',
    chase(offer({ to: '2025-01-01T00:00:00Z' })),
    /offers\[0\]\.to: "to" is not after "from"/,
  )
  refused('chase.json', chase(offer(), offer()), /offers\[1\]\.id: this id is used twice/)
  const atMerchant = offer({ when: { all: [{ fact: 'merchant', is: 'Tesco' } as never] } })
  refused('chase.json', chase(atMerchant), /offers\[0\]\.when\.all\[0\]: each condition is/)
  const nobody = offer({ when: { all: [{ fact: 'foreignPayments', atLeast: 5, atMost: 3 }] } })
  refused('chase.json', chase(nobody), /each condition is|nobody could ever match/)
})

test('a folder that does not exist holds no offers', async () => {
  assert.deepEqual(await loadOffers('/nonexistent/offers'), [])
})

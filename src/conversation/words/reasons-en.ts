import type { FraudReason } from '#fraud'
import type { ReasonWords } from './sentences.ts'
import type { Speech } from './speech.ts'

const times = (count: number, one: string, more: string) => (count === 1 ? `one ${one}` : `${count} ${more}`)
const within = (minutes: number) =>
  minutes < 90 ? `${times(minutes, 'minute', 'minutes')}` : `${Math.round(minutes / 60)} hours`

const entryModes = {
  chip: 'by chip',
  contactless: 'contactless',
  magstripe: 'by magnetic stripe',
  online: 'online',
  atm: 'at a cash machine',
} as const

const reasons: ReasonWords = {
  'travel-impossible': ({ kilometres, minutes, fromCity, toCity }, speech) => {
    const way = fromCity && toCity ? `from ${fromCity} to ${toCity}, ` : ''
    return `Your card would have travelled ${way}${speech.number(kilometres)} km in ${within(minutes)}.`
  },
  'card-testing': ({ payments, minutes }) =>
    `Just before, ${times(payments, 'small online payment', 'small online payments')} at unknown shops in ${within(minutes)}: that is how thieves try out a card.`,
  'many-new-merchants': ({ merchants, minutes }) =>
    `${times(merchants, 'shop', 'shops')} you never paid before, in ${within(minutes)}.`,
  'many-payments': ({ payments, minutes }) =>
    `${times(payments, 'payment', 'payments')} with this card in ${within(minutes)}.`,
  'amount-high': ({ amount, usual, times: more }, speech) =>
    `${speech.money(absolute(amount))} is about ${more} times what you usually pay (${speech.money(absolute(usual))}).`,
  'country-new': ({ country }, speech) => `Your first payment in this country: ${speech.country(country)}.`,
  'merchant-new': ({ merchant }) => `You never paid ${merchant} before.`,
  'entry-mode-new': ({ entryMode }) => `You do not usually pay ${entryModes[entryMode]}.`,
  'hour-unusual': ({ at }, speech) => `You do not usually pay at this hour (${speech.time(at)}).`,
  'card-reported': ({ payments }) =>
    `You reported ${times(payments, 'payment', 'payments')} with this card in the last two weeks.`,
  'terminal-reported': ({ payments }) =>
    `${times(payments, 'payment', 'payments')} at this terminal ${payments === 1 ? 'was' : 'were'} reported as fraud in the last four weeks.`,
  'merchant-reported': ({ payments }) =>
    `${times(payments, 'payment', 'payments')} at this shop ${payments === 1 ? 'was' : 'were'} reported as fraud in the last four weeks.`,
  'pattern-unusual': () => 'Taken as a whole, this payment does not look like yours.',
}

const absolute = <M extends { amountMinor: number }>(amount: M): M => ({
  ...amount,
  amountMinor: Math.abs(amount.amountMinor),
})

export function tellReason(reason: FraudReason, speech: Speech): string {
  // Each code takes its own values; the compiler cannot follow the pair through the union.
  const tell = reasons[reason.code] as (values: FraudReason['values'], speech: Speech) => string
  const sentence = tell(reason.values, speech)
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

import type { FraudReason } from '#fraud'
import type { ReasonWords } from './sentences.ts'
import type { Speech } from './speech.ts'

const times = (count: number, one: string, more: string) => `${count} ${count < 2 ? one : more}`
const within = (minutes: number) =>
  minutes < 90 ? times(minutes, 'minute', 'minutes') : `${Math.round(minutes / 60)} heures`

const entryModes = {
  chip: 'par puce',
  contactless: 'sans contact',
  magstripe: 'par piste magnétique',
  online: 'en ligne',
  atm: 'à un distributeur',
} as const

const reasons: ReasonWords = {
  'travel-impossible': ({ kilometres, minutes, fromCity, toCity }, speech) => {
    const way = fromCity && toCity ? `de ${fromCity} à ${toCity}, ` : ''
    return `Votre carte aurait fait ${way}${speech.number(kilometres)} km en ${within(minutes)}.`
  },
  'card-testing': ({ payments, minutes }) =>
    `Juste avant, ${times(payments, 'petit paiement', 'petits paiements')} en ligne chez des commerces inconnus en ${within(minutes)} : c’est ainsi que les voleurs essaient une carte.`,
  'many-new-merchants': ({ merchants, minutes }) =>
    `${times(merchants, 'commerce que vous n’aviez jamais payé', 'commerces que vous n’aviez jamais payés')}, en ${within(minutes)}.`,
  'many-payments': ({ payments, minutes }) =>
    `${times(payments, 'paiement', 'paiements')} avec cette carte en ${within(minutes)}.`,
  'amount-high': ({ amount, usual, times: more }, speech) =>
    `${speech.money(absolute(amount))}, c’est environ ${more} fois ce que vous payez d’habitude (${speech.money(absolute(usual))}).`,
  'country-new': ({ country }, speech) => `Votre premier paiement dans ce pays : ${speech.country(country)}.`,
  'merchant-new': ({ merchant }) => `Vous n’aviez jamais payé ${merchant}.`,
  'entry-mode-new': ({ entryMode }) => `Vous ne payez pas ${entryModes[entryMode]} d’habitude.`,
  'hour-unusual': ({ at }, speech) => `Vous ne payez pas à cette heure d’habitude (${speech.time(at)}).`,
  'card-reported': ({ payments }) =>
    `Vous avez déjà signalé ${times(payments, 'paiement', 'paiements')} avec cette carte ces deux dernières semaines.`,
  'terminal-reported': ({ payments }) =>
    `${times(payments, 'paiement fait à ce terminal a été signalé', 'paiements faits à ce terminal ont été signalés')} comme fraude depuis quatre semaines.`,
  'merchant-reported': ({ payments }) =>
    `${times(payments, 'paiement chez ce commerce a été signalé', 'paiements chez ce commerce ont été signalés')} comme fraude depuis quatre semaines.`,
  'pattern-unusual': () => `Dans l’ensemble, ce paiement ne ressemble pas aux vôtres.`,
}

const absolute = <M extends { amountMinor: number }>(amount: M): M => ({
  ...amount,
  amountMinor: Math.abs(amount.amountMinor),
})

export function tellReason(reason: FraudReason, speech: Speech): string {
  // Each code takes its own values; the compiler cannot follow the pair through the union.
  const tell = reasons[reason.code] as (values: FraudReason['values'], speech: Speech) => string
  return tell(reason.values, speech)
}

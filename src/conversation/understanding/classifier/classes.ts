import { NOT_SERVED, type NotServed } from '../../question.ts'

/** What is answered here, as far as the classifier may say it: nothing that ends, links, disputes or reaches a person. */
export const SERVED = [
  'balance',
  'spending',
  'over-time',
  'forecast',
  'transactions',
  'recurring',
  'freeze-card',
  'greeting',
  'thanks',
  'help',
] as const
export type Served = (typeof SERVED)[number]

/** What an utterance can be about; `none` is anything that is no matter of a bank. */
export type Class = Served | NotServed
export const CLASSES: readonly Class[] = [...SERVED, ...NOT_SERVED]

/** What the intents of CLINC150 are here. All others of its 150 are `none`. */
export const OF_CLINC: Readonly<Record<string, Class>> = {
  balance: 'balance',
  spending_history: 'spending',
  transactions: 'transactions',
  freeze_account: 'freeze-card',
  report_lost_card: 'freeze-card',
  greeting: 'greeting',
  thank_you: 'thanks',
  what_can_i_ask_you: 'help',
  transfer: 'transfer',
  pay_bill: 'bills',
  bill_balance: 'bills',
  bill_due: 'bills',
  min_payment: 'bills',
  application_status: 'loan',
  interest_rate: 'rates',
  apr: 'rates',
  pin_change: 'pin',
  order_checks: 'cheques',
  routing: 'details',
  expiration_date: 'details',
  credit_limit: 'limit',
  credit_limit_change: 'limit',
  credit_score: 'credit-score',
  improve_credit_score: 'credit-score',
  redeem_rewards: 'rewards',
  rewards_balance: 'rewards',
  international_fees: 'fees',
  exchange_rate: 'exchange-rate',
  card_declined: 'declined',
  account_blocked: 'unblock',
  new_card: 'new-card',
  replacement_card_duration: 'new-card',
  damaged_card: 'new-card',
  report_fraud: 'odd-payment',
}

/** What the intents of the French bank-card set are here. */
export const OF_FRENCH: Readonly<Record<string, Class>> = {
  alerte_perte_vol_carte: 'freeze-card',
  carte_avalee: 'new-card',
  commande_carte: 'new-card',
  consultation_solde: 'balance',
  couverture_assurrance: 'insurance',
  deblocage_carte: 'unblock',
  gestion_carte_virtuelle: 'virtual-card',
  gestion_decouvert: 'overdraft',
  gestion_plafond: 'limit',
  gestion_sans_contact: 'contactless',
}

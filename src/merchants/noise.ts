import { isTown } from './towns.ts'

/** Legal forms, whole and cut off by a terminal, countries and currencies: no part of a name. */
const FORMS = new Set(
  (
    'ltd limited limite limit limi lim lt plc llc llp cic inc corp sarl sas sasu sa eurl gmbh bv uk gb gbr usa us fr fra gbp ' +
    'eur usd ref com cybs upt'
  ).split(' '),
)

/** How the shop was reached. */
const CHANNELS = new Set('retail web website internet ecom ecomm vt'.split(' '))

/** What may stand behind a brand's name without making it another: `next retail`, but not `next stop`. */
const SHOP_WORDS = new Set(
  (
    'co com the store stores shop superstore supermarket retail online web internet direct group branch card payment ' +
    'purchase magasin boutique france'
  ).split(' '),
)

/** Words of trade and of banks that name nobody: a descriptor of nothing else has no merchant in it. */
const GENERIC = new Set(
  (
    'the a an of and at in on for to by my your our new from no ' +
    'payment payments pay paid purchase purchases card cards debit credit fee fees charge charges refund refunds ' +
    'adjustment reservation reversal transfer transfers cash advance withdrawal withdrawals atm cashpoint deposit ' +
    'online internet web website mobile phone store stores shop shops shopping retail sale sales direct customer ' +
    'service services serv account balance interest misc unknown merchant test sundry pos terminal order orders booking ' +
    'ticket tickets parking park car cars taxi taxis cab fare fares station filling petrol fuel hotel hotels restaurant ' +
    'cafe bar pub pharmacy garage supermarket market office food foods group company co com town city centre center ' +
    'bank banks bureau machine machines vending kiosk counter main road street high self pump top up voucher gift subscription rent loyer standing permanent ' +
    'le la les de du des un une et a au aux en chez mon votre ' +
    'paiement achat carte frais remboursement virement prelevement retrait especes solde compte interet interets crediteurs debiteurs cheque cheques chq cotisation ' +
    'boutique magasin marche restaurant pharmacie boulangerie gare station essence hotel bureau tabac ' +
    'upt euro gbp usd eur'
  ).split(' '),
)

/** Store numbers, and the two halves of a British postcode. */
const isNumbered = (word: string): boolean => /^(?:[a-z]{0,3}\d+[a-z]?|\d[a-z]{2})$/.test(word)

/** True for a reference, which nobody gave a shop for a name: letters and digits mixed, or a long number. */
export const isReference = (word: string): boolean =>
  word.length >= 7 && /\d/.test(word) && /[a-z]/.test(word) && word.replace(/\D/g, '').length >= 3

/** A booking's code behind the name, `pm2fntxdau`: a digit within, and letters that nobody can say. */
const isCode = (word: string): boolean =>
  word.length >= 8 && /[a-z]\d+[a-z]/.test(word) && /[bcdfghjklmnpqrstvwxz]{4}/.test(word)

/** True for what may stand behind a brand that is an everyday word. */
export const isNoise = (word: string): boolean =>
  word === '' || SHOP_WORDS.has(word) || isTail(word) || isTown(word)

/** True for what is left off the end of an unknown name: store numbers, references and legal forms. */
export const isTail = (word: string): boolean =>
  word === '' ||
  FORMS.has(word) ||
  CHANNELS.has(word) ||
  isNumbered(word) ||
  isReference(word) ||
  isCode(word)

/** True for a word that names nobody by itself. */
export const isGeneric = (word: string): boolean => isTrade(word) || isTail(word)

/** True for a word of trade or of banks. */
export const isTrade = (word: string): boolean => GENERIC.has(word)

/**
 * What a bank, not the shop, writes into a descriptor: how it was paid, on which day, with which card. In the words of
 * French (`CB CARREFOUR 1234 LYON FACT 230524`, `PRLV SEPA …`, `RETRAIT DAB …`), British and American statements.
 */

/** How money left, when the descriptor says so itself: then what follows need not be a shop. */
export type Movement = 'cash' | 'fees' | 'transfer'

const DATE = String.raw`\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?`
const MONTHS = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec'

/** Each is tied to the start and steps over one thing; a space or an end must follow, so that names stay whole. */
const STARTS: readonly (readonly [pattern: RegExp, movement: Movement | null])[] = [
  [/^(?:retrait|retraits) (?:dab|gab|au distributeur|especes)(?: |$)/i, 'cash'],
  [/^(?:atm|cash|dab) (?:withdrawal|debit|retrait)(?: |$)/i, 'cash'],
  [/^atm (?=\S)/i, 'cash'],
  [
    /^(?:vir|virt|virement)(?: (?:sepa|inst|instantane|permanent|emis|recu|en votre faveur))*(?: (?:de|a|pour|vers))?(?: |$)/i,
    'transfer',
  ],
  [
    /^(?:standing order|faster payment|bill payment|bank transfer|bacs|fpo|sto|ach (?:debit|credit))(?: to)?(?: |$)/i,
    'transfer',
  ],
  [/^(?:frais|agios|commission|cotisation|interets debiteurs)(?: |$)/i, 'fees'],
  [/^(?:prlv|prelevement|prelevt)(?: (?:sepa|europeen|recu))*(?: \d{6,})?(?: (?:de|a)\s?:?)?(?: |$)/i, null],
  [
    // The day follows without a sign between its numbers: `PAIEMENT CB 1205 AUCHAN`.
    /^(?:paiement|achat|facture|remboursement|avoir)(?: par)? (?:cb|carte|carte bancaire|psc|sans contact)(?: (?:du )?(?:\d{4}|\d{6})(?= [a-z]))?(?: |$)/i,
    null,
  ],
  [/^(?:cb|carte)(?: (?=\S)|\*|$)/i, null],
  [/^(?:pos|(?:visa )?check ?card)(?: (?:purchase|payment|debit))*(?: \d{4}(?= [a-z]))?(?: |$)/i, null],
  [/^(?:pos )?(?:debit )?purchase -? ?visa card(?: \d{4})?(?: |$)/i, null],
  [/^web (?:pmt|pymt|payment)(?: (?:to|from))?(?: |$)/i, null],
  [/^int['’]?l \d{6,}(?: |$)/i, null],
  [
    /^(?:visa|card|debit card|contactless|recurring)(?: (?:purchase|payment|debit|authori[sz]ed))+(?: (?:to|at|on))?(?: |$)/i,
    null,
  ],
  [/^(?:purchase|payment)(?: (?:authorized|authorised|to|at|on))+(?: |$)/i, null],
  [
    /^(?:direct debit )?(?:payment|paiement)[ ,-]*(?:received[ ,-]*)?(?:than|thank|thanks|merci)\b.*$/i,
    'transfer',
  ],
  [/^(?:direct debit|dd)(?: payment)?(?: to)?(?: |$)/i, null],
  [new RegExp(`^(?:du |on )?${DATE}(?: |$)`, 'i'), null],
  [/^x+\d{4}(?: |$)/i, null],
  [/^\d{5,}(?: (?=[a-z])|$)/i, null],
]

/** From the first of these on, the rest is the bank's: references, mandates, the day, the card. */
const ENDS: readonly RegExp[] = [
  // Wells Fargo's reference, and what it writes behind it.
  /(?<= )[sp]\d{14,}(?: |$)/i,
  /(?<=\S )(?:direct debit|standing order|virement permanent)$/i,
  /(?<= )(?:fact|facture)(?: du)? \d{4,8}(?: |$)/i,
  /(?<= )(?:ech|id emetteur|mdt|ref|lib|motif|rum|ics|mandat)\s?[/:]/i,
  /(?<= )(?:id|motif)\s?:/i,
  /(?<= )(?:cb|carte|card|cd)\s?(?:numero |no |\*|x)*\d{4}(?: |$)/i,
  new RegExp(`(?<= )(?:on |le |du )?${DATE}(?: |$)`, 'i'),
  new RegExp(`(?<= )(?:on )?\\d{1,2} ?(?:${MONTHS})[a-z]*(?: \\d{2,4})?(?: |$)`, 'i'),
]

/** A descriptor has few words of the bank's; more steps than this are somebody's joke. */
const STEPS_MAX = 6

/** The descriptor without its bank's words, and the movement they tell of. Never empty unless all of it was the bank's. */
export function withoutStatementWords(descriptor: string): { rest: string; movement: Movement | null } {
  let rest = descriptor
  let movement: Movement | null = null
  for (let step = 0; step < STEPS_MAX; step++) {
    const start = STARTS.find(([pattern]) => pattern.test(rest))
    if (!start) break
    const shorter = rest.replace(start[0], '').trimStart()
    movement ??= start[1]
    // A shop called "Visa" or "Card" is nothing else: what is the whole of a descriptor stays, unless money just moved.
    if (shorter === '' && movement === null) break
    rest = shorter
  }
  for (const end of ENDS) {
    const at = rest.search(end)
    if (at > 0) rest = rest.slice(0, at).trimEnd()
  }
  return { rest, movement }
}

/** English as it is typed on a telephone, in haste or in slang, and the question it is. */
export const TYPED_ENGLISH: readonly (readonly [said: string, question: string])[] = [
  // Shortened and misspelt.
  ['how much money do i have rn', 'balance'],
  ['wats my balence', 'balance'],
  ['bal pls', 'balance'],
  ['wot did i spend at tesco last week', 'spending | merchant tesco | week 2026-11-09 2026-11-15'],
  ['hw much did i spnd on food last mnth', 'spending | category groceries | month 2026-10-01 2026-10-31'],
  [
    'hi can u tell me how much ive spent at aldi in the last 2 wks thx',
    'spending | merchant aldi | range 2026-11-05 2026-11-18',
  ],
  [
    'how much have i blown on takeaways this month',
    'spending | category eating-out | month 2026-11-01 2026-11-30',
  ],
  ['gimme my last 5 txns', 'transactions | 5'],
  ['wheres all my money going', 'spending-by | by category'],
  ['what am i spending the most on', 'spending-by | by category'],
  ['break down my spending for october', 'spending-by | by category | month 2026-10-01 2026-10-31'],
  // Whether money moved.
  ['did netflix go through', 'find | null - | merchant netflix'],
  ['has the rent come out yet', 'find | null - | category bills'],
  ['has my salary come in yet', 'transactions | 10 | category income'],
  ['did i get paid', 'transactions | 10 | category income'],
  ['did my card go through', 'not-understood'],
  // What a sum was.
  ['who charged me 15 quid', 'find | 1500 GBP'],
  ['what did i pay 42.50 for', 'find | 4250 -'],
  ['whats that 9.99 charge', 'find | 999 -'],
  ['what is 100 euros in dollars', 'not-understood'],
  // Periods and comparisons.
  ['show me everything from last weekend', 'transactions | 10 | range 2026-11-14 2026-11-15'],
  [
    'how much did i spend on restaurants since the first of november',
    'spending | category eating-out | range 2026-11-01 2026-11-18',
  ],
  [
    'am i spending more on groceries than before',
    'compare | month 2026-11-01 2026-11-30 | against month 2026-10-01 2026-10-31 | category groceries',
  ],
  // What is still to come.
  ['whats coming out this week', 'recurring'],
  ['what bills are coming up before payday', 'recurring'],
  // Cards, offers, consents, banks.
  ['i think i left my card on the bus', 'freeze-card'],
  ['someone nicked my purse', 'freeze-card'],
  ['stop sending me offers', 'stop-offers'],
  ['who can see my transactions', 'consents'],
  ['take back my consent', 'consents'],
  ['connect my other account', 'link-bank'],
]

/** The same in French. */
export const TYPED_FRENCH: readonly (readonly [said: string, question: string])[] = [
  ['c koi mon solde', 'balance'],
  ['mon sold', 'balance'],
  ['jai depensé combien ce mois ci', 'spending | month 2026-11-01 2026-11-30'],
  ['g dépensé cmb ce mois ci', 'spending | month 2026-11-01 2026-11-30'],
  [
    'bjr jpeux savoir cmb j’ai dépensé chez lidl les 2 dernières sem',
    'spending | merchant lidl | range 2026-11-05 2026-11-18',
  ],
  ['combien j’ai claqué en resto ce mois-ci', 'spending | category eating-out | month 2026-11-01 2026-11-30'],
  ['où passe tout mon fric', 'spending-by | by category'],
  ['est ce que netflix est passé', 'find | null - | merchant netflix'],
  ['le loyer est parti ?', 'find | null - | category bills'],
  ['mon salaire est arrivé ?', 'transactions | 10 | category income'],
  ['ma paie est tombée ?', 'transactions | 10 | category income'],
  ['j’ai été payé ?', 'transactions | 10 | category income'],
  ['qui m’a prélevé 15 balles', 'find | 1500 EUR'],
  ['c’est quoi ce paiement de 42,50', 'find | 4250 -'],
  ['c’est quoi les 9,99 €', 'find | 999 EUR'],
  ['c’est quoi ce débit de 15 euros', 'find | 1500 EUR'],
  ['combien font 100 euros en dollars', 'not-understood'],
  [
    'je dépense plus en courses qu’avant ?',
    'compare | month 2026-11-01 2026-11-30 | against month 2026-10-01 2026-10-31 | category groceries',
  ],
  ['quels prélèvements arrivent cette semaine', 'recurring'],
  ['qu’est-ce qui tombe avant la fin du mois', 'recurring'],
  ['je crois que j’ai oublié ma carte au resto', 'freeze-card'],
  ['on m’a volé mon portefeuille', 'freeze-card'],
  ['on m’a piqué mon portefeuille', 'freeze-card'],
  ['je me suis fait arnaquer', 'dispute'],
  ['qui peut voir mes comptes', 'consents'],
  ['retire mon accord', 'consents'],
  ['slt', 'greeting'],
  ['mrc', 'thanks'],
]

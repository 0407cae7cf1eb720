/**
 * Words that come to the same when somebody speaks to a bank, English and French side by side, as `plainText` leaves them;
 * an underscore parts the words of a phrase. A few hundred sentences show only some of the ways to say a thing: with these,
 * what was learned of one word holds for the others. A word may stand in several rows.
 */
const SYNONYMS: Readonly<Record<string, string>> = {
  bank:
    'bank banks banque banques chase citi citibank barclays hsbc natwest lloyds santander monzo revolut halifax bnp ' +
    'paribas ing pnc suntrust fidelity schwab ally usaa usbank bofa lcl n26 td_bank us_bank wells_fargo bank_of_america ' +
    'capital_one credit_union first_national fifth_third regions_bank societe_generale credit_agricole credit_mutuel ' +
    'caisse_d_epargne banque_postale banque_populaire boursorama boursobank',
  brand:
    'visa mastercard amex discover discovery diners maestro paypal platinum american_express master_card gold_card store_card',
  card:
    'card cards cc ccs plastic carte cartes cb credit_card credit_cards debit_card debit_cards bank_card bank_cards ' +
    'atm_card carte_bleue carte_bancaire carte_de_credit carte_de_debit mastercard visa amex',
  account:
    'account accounts acct acc accts checking savings chequing compte comptes epargne livret money_market',
  utility:
    'electric electricity electrical water gas cable internet phone cell cellphone mobile utility utilities power heating ' +
    'heat energy sewer trash garbage wifi broadband verizon comcast sprint tmobile netflix hulu at_t t_mobile tv electricite ' +
    'eau gaz telephone portable energie edf engie chauffage telecom',
  obligation:
    'rent mortgage insurance tuition loan loans lease taxes loyer assurance hypotheque emprunt impots car_payment car_note',
  bill: 'bill bills invoice invoices facture factures',
  pay:
    'pay paying paid payoff settle cover clear payment payments pay_off take_care_of payer payez paye regler regle paiement ' +
    'paiements reglement',
  month:
    'january february march april june july august september october november december jan feb apr jun jul aug sep sept ' +
    'oct nov dec janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre',
  day:
    'monday tuesday wednesday thursday friday saturday sunday yesterday today weekend lundi mardi mercredi jeudi vendredi ' +
    'samedi dimanche hier aujourd_hui',
  abroad:
    'mexico canada france italy spain germany japan china england britain uk europe russia brazil india ireland greece ' +
    'australia thailand sweden norway london paris tokyo rome africa korea asia peru chile argentina portugal switzerland ' +
    'scotland poland israel egypt turkey vietnam cuba colombia morocco usa america overseas abroad foreign international ' +
    'internationally country countries vacation travel traveling travelling trip espagne italie allemagne angleterre japon ' +
    'chine etats_unis etranger voyage vacances',
  currency:
    'dollar dollars usd euro euros eur pound pounds gbp yen jpy peso pesos yuan rmb rupee rupees franc francs ruble rubles ' +
    'won krone lira currency currencies bitcoin devise devises',
  money: 'money cash funds fund dough bucks argent fric thune sous',
  lost:
    'lost lose losing loss misplaced misplace mislaid missing disappeared vanished gone dropped perdu perdue perdre perte ' +
    'egare egaree can_t_find cannot_find cant_find can_not_find unable_to_find don_t_know_where left_my fell_out retrouve_plus',
  stolen:
    'stolen stole steal theft thief thieves robbed mugged nabbed taken took swiped snatched burglar robbery pickpocketed vole ' +
    'volee voler vol derobe derobee',
  broken:
    'damaged damage broken broke break bent snapped cracked melted burned burnt cut scratched scraped chewed ripped torn ' +
    'creased demagnetized destroyed ruined crushed warped split chipped shredded mangled worn faded unreadable defective ' +
    'microwave mower dog ran_over messed_up went_through_the casse cassee abime abimee endommage endommagee demagnetisee pliee',
  declined:
    'declined decline denied deny rejected reject refused refuse refusal decliner refusee rejetee turned_down not_accepted ' +
    'wouldn_t_accept wouldn_t_take go_through not_work doesn_t_work didn_t_work not_working isn_t_working won_t_work ' +
    'wouldn_t_work doesnt_work didnt_work wont_work working_properly',
  block:
    'block terminate freeze froze lock hold suspend restrict deactivate disable stop shut halt pause turn_off put_a_hold put_a_stop ' +
    'put_a_block bloquer bloque geler suspendre opposition verrouiller',
  blocked:
    'blocked frozen locked suspended restricted deactivated disabled held on_hold a_hold the_hold the_block the_freeze ' +
    'a_block bloquee bloques gelee locked_out no_access can_t_access cannot_access can_t_log can_t_get_into unable_to_access',
  unblock:
    'unblock unfreeze unlock reactivate unblocked unlocked regain let_me_into debloquer debloque reactiver lever',
  fraud:
    'fraud fraudulent suspicious fishy unauthorized unauthorised unrecognized unrecognised scam scammed hacked hacker hackers ' +
    'identity illegal weird strange odd bogus shady sketchy questionable compromised didn_t_make did_not_make didnt_make ' +
    'never_made don_t_recognize do_not_recognize dont_recognize don_t_remember false not_recognize didn_t_buy never_bought not_mine aren_t_mine ' +
    'wasn_t_me not_me not_made_by_me someone_else used_my using_my fraude frauduleux frauduleuse arnaque pirate piratage louche',
  expire:
    'expire expires expired expiration expiry expiring valid validity invalid cease renewed renewal useable usable rotten ' +
    'good_until good_thru good_through go_bad goes_bad run_out runs_out stop_working stops_working no_longer_work no_longer ' +
    'end_date last_date end_month date_on_my expirer expirera perimee valable date_de_fin',
  apply:
    'apply applying application applications applied app sign_up signing_up sign_me_up submitted submission approved approval ' +
    'accepted processed processing demande demander souscrire souscription candidature dossier',
  obtain:
    'acquire acquiring obtain open get_a_new want_a_new want_a like_a need_a commander obtenir avoir_une',
  arrive:
    'arrive arrives arrived arrival mail mailed mailing ship shipped shipping deliver delivered delivery receive received ' +
    'get_here get_to_me come_in arriver recevoir recois livree livraison envoi',
  howlong:
    'wait waiting turnaround duration timeframe soon quick quickly quickest how_long how_many_days how_many_more_days ' +
    'time_frame how_soon how_fast takes_to does_it_take will_it_take long_until time_left turn_around long_does days_until weeks_until delai combien_de_temps',
  replace:
    'replace replacement replaced replacing substitute reissue another_card new_card new_one remplacer remplacement nouvelle_carte',
  raise:
    'raise raised raising increase increased increasing increse higher bump boost upped extend extension expand expanded larger ' +
    'bigger go_up more_credit augmenter augmentation augmente relever hausse',
  lower:
    'lower lowers lowering decrease decreased reduce reduced drop baisser diminuer reduire hurt hurts harm ruin negatively',
  limit:
    'limit limits ceiling cap maximum max maxed allowance plafond plafonds limite line_of_credit credit_line allowed_to_spend ' +
    'can_i_spend can_i_charge can_i_put',
  score:
    'score scores rating ratings fico creditworthiness equifax transunion experian credit_report credit_history ' +
    'credit_standing credit_worthiness cote',
  improve:
    'improve improves improving improvement better fix repair rebuild rebuilding build building enhance restore maintain ' +
    'affect affects factors secure help_my help_with_my ameliorer remonter',
  ways: 'ways steps tips tricks strategy strategies plan methods actions things what_can_i_do what_should_i_do',
  interest: 'interest interests interet interets yield earning taux',
  apr: 'apr aprs annual_percentage annual_rate percentage_rate taeg',
  rewards:
    'reward rewards points miles cashback perks bonus cash_back recompense recompenses fidelite avantages',
  redeem:
    'redeem redeeming redemption claim cash_in cashing_in turn_in trade_in use_my use_the apply_my spend_my get_my convert_my ' +
    'exchange_my go_about how_do_i_get how_do_i_use how_can_i_get how_do_you_get how_do_you_use can_i_use want_to_use utiliser echanger',
  gathered:
    'earned earn accumulated accrued racked saved gained amassed gathered collected built_up cumules accumules',
  howmuch:
    'amount total sum figure how_much how_many what_amount dollar_amount how_high combien montant somme',
  when: 'when date deadline day what_day which_day what_date what_time which_month what_month last_day quand',
  due: 'due do_soon due_date owed_by by_when have_to_pay need_to_pay must_pay echeance echeances',
  owe: 'owe owed owing outstanding cost costs amount_due total_due left_to_pay dois devoir',
  minimum:
    'minimum min smallest least lowest minimal bare tiny low little get_away_with how_little how_low how_small at_least minimale',
  cheque: 'checks check checkbook checkbooks cheque cheques chequebook chequebooks chequier chequiers',
  order:
    'order ordering reorder request need_more get_more send_me running_low out_of new_checks more_checks commande commander',
  routing: 'routing aba iban bic swift rib routing_number sort_code transit',
  pin: 'pin pins passcode password pin_number code_secret code_pin code_confidentiel',
  alter:
    'change changing reset update modify switch alter new_pin set_up changer modifier reinitialiser forgot oublie',
  transfer:
    'transfer transferring transfers move moving send sending wire shift switch virement virements virer transferer envoyer ' +
    'envoie put_into over_to',
  spend:
    'spend spent spending expenses expenditure expenditures blow blown habits cost_me costing_me costed ran_me cost_has ' +
    'shelled_out depense depenses depenser claque',
  recent: 'recent recently last latest past previous dernier derniers derniere dernieres recente recentes',
  transaction:
    'transaction transactions purchase purchases purchased charge charges charged bought buy items debit debits withdrawal ' +
    'withdrawals activity history statement operation operations achat achats mouvements historique releve',
  enough: 'enough afford sufficient cover assez suffisamment more_than able_to_buy',
  fee: 'fee fees surcharge surcharges extra penalty charge charges charged frais commission commissions',
  balance:
    'balance available remaining left solde soldes disponible reste restant in_my_account in_my_accounts in_my_checking ' +
    'in_my_savings in_the_bank do_i_have i_have_in any_money',
  why: 'why reason explain cause caused raison pourquoi what_happened how_come what_s_wrong what_is_wrong did_i_do how_did',
  status:
    'status progress statut avancement heard_back gotten_back gone_through been_approved was_approved did_they has_my',
  suggest: 'suggest recommend best offering offers looking_for which_card good_card conseiller proposer',
  exchange: 'exchange conversion convert converted converting worth equal equals equivalent change_rate',
  report: 'report flag declare notify inform signaler declarer',
}

type Phrase = { words: readonly string[]; row: string }

const WORDS = new Map<string, string[]>()
/** By their first word. */
const PHRASES = new Map<string, Phrase[]>()
for (const [row, said] of Object.entries(SYNONYMS))
  for (const one of said.split(' ')) {
    const words = one.split('_')
    const first = words[0]!
    if (words.length === 1) WORDS.set(one, [...(WORDS.get(one) ?? []), row])
    else PHRASES.set(first, [...(PHRASES.get(first) ?? []), { words, row }])
  }

/** The rows of what is said at each word, in order; none for a word that is in no row. */
export const rowsOf = (words: readonly string[]): string[][] =>
  words.map((word, i) => [
    ...(WORDS.get(word) ?? []),
    ...(PHRASES.get(word) ?? [])
      .filter((phrase) => phrase.words.every((other, k) => words[i + k] === other))
      .map(({ row }) => row),
  ])

/** Words that carry no meaning of their own, left out where two meanings are put beside each other. */
const SMALL = new Set(
  (
    'the a an my i me to is it on of for in at do does did can could would you please your be will am are was have has had ' +
    'that this and with from so s ve m d ll need want like just le la les l de du des un une mon ma mes je j est que qu'
  ).split(' '),
)
export const isSmall = (word: string): boolean => SMALL.has(word)

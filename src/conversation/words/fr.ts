import type { Rhythm, WorthKind } from '#accounts'
import { PURPOSES, type Purpose } from '#consent'
import type { Money } from '#kit'
import type { Period, RecurringSubject, Size, Until } from '../question.ts'
import { EEA } from './eea.ts'
import { NOT_SERVED_FR } from './not-served-fr.ts'
import { tellReason } from './reasons-fr.ts'
import type {
  AccountNamed,
  BankLine,
  BrokenWhy,
  Narrowing,
  PaymentNamed,
  Wanted,
  Words,
} from './sentences.ts'
import type { Speech } from './speech.ts'

// French counts zero and one in the singular.
const number = new Intl.NumberFormat('fr')
const many = (count: number, one: string, more: string) => `${number.format(count)} ${count < 2 ? one : more}`
const payments = (count: number) => many(count, 'paiement', 'paiements')
const purposeName = (purpose: Purpose) => `« ${PURPOSES[purpose].fr.name} »`
const moment = (at: number, speech: Speech) =>
  speech.isToday(at) ? `aujourd’hui à ${speech.time(at)}` : `le ${speech.date(at)} à ${speech.time(at)}`
const RHYTHMS: Record<Rhythm, string> = {
  weekly: 'chaque semaine',
  fortnightly: 'toutes les deux semaines',
  monthly: 'chaque mois',
  quarterly: 'chaque trimestre',
  yearly: 'chaque année',
}

const WORTH: Record<WorthKind, string> = {
  'low-balance': 'd’un solde trop bas avant le loyer',
  'duplicate-charge': 'des débits qui semblent en double',
  'price-rise': 'des prix qui augmentent',
  'refund-arrived': 'des remboursements',
}

const accountName = ({ bank, account, numberDisplay }: AccountNamed) =>
  `${account} (${bank}, se terminant par ${numberDisplay})`
const asOf = (at: number, speech: Speech) =>
  speech.isToday(at) ? speech.time(at) : `le ${speech.date(at)} à ${speech.time(at)}`
/** `à 14:05`, `le 3 novembre à 14:05`. */
const atTime = (at: number, speech: Speech) =>
  speech.isToday(at) ? `à ${asOf(at, speech)}` : asOf(at, speech)

/** `de 14:05`, `du 3 novembre à 14:05`. */
const fromTime = (at: number, speech: Speech) =>
  speech.isToday(at) ? `de ${speech.time(at)}` : `du ${speech.date(at)} à ${speech.time(at)}`

const BROKEN: Record<BrokenWhy, string> = {
  silent: 'elle ne répond pas',
  refused: 'elle refuse de me laisser lire vos comptes',
  unreadable: 'ses réponses sont illisibles ou incomplètes',
  busy: 'elle demande à être laissée tranquille un moment',
}

const ofSubject = ({ rent, merchant, category }: RecurringSubject) =>
  rent
    ? ' de loyer'
    : merchant
      ? ` à ${merchant}`
      : category
        ? ` de la catégorie « ${categories[category]} »`
        : ''

/** `octobre 2026`, `le 3 novembre`, `la semaine du 2 novembre`: a name that can stand beside another. */
function periodName(period: Period, speech: Speech): string {
  switch (period.grain) {
    case 'day':
      return `le ${speech.date(period.from)}`
    case 'week':
      return `la semaine du ${speech.date(period.from)}`
    case 'month':
      return speech.month(period.from)
    case 'year':
      return speech.year(period.from)
    case 'range':
      return `du ${speech.date(period.from)} au ${speech.date(speech.lastOf(period))}`
    case 'all':
      return 'toute la période transmise par votre banque'
  }
}

function inPeriod(period: Period, speech: Speech): string {
  const name = periodName(period, speech)
  switch (period.grain) {
    case 'week':
      return `pendant ${name}`
    case 'month':
    case 'year':
      return `en ${name}`
    case 'all':
      return `sur ${name}`
    default:
      return name
  }
}

const categories: Words['categories'] = {
  groceries: 'courses',
  fuel: 'carburant',
  'eating-out': 'restaurants',
  travel: 'voyages',
  shopping: 'achats',
  home: 'maison',
  bills: 'factures',
  subscriptions: 'abonnements',
  health: 'santé',
  leisure: 'loisirs',
  education: 'éducation',
  cash: 'espèces',
  fees: 'frais',
  income: 'revenus',
  other: 'divers',
}

function sizeName({ bound, amountMinor, toMinor, currency }: Size, speech: Speech): string {
  const amount = wantedAmount({ amountMinor, currency }, speech)
  switch (bound) {
    case 'over':
      return `de plus de ${amount}`
    case 'at-least':
      return `d’au moins ${amount}`
    case 'under':
      return `de moins de ${amount}`
    case 'at-most':
      return `de ${amount} au plus`
    case 'between':
      return `de ${amount} à ${wantedAmount({ amountMinor: toMinor ?? amountMinor, currency }, speech)}`
  }
}

/** ` chez Tesco en octobre 2026`: begins with a space, empty when nothing narrows. */
function narrowed(of: Narrowing, speech: Speech): string {
  const at = of.merchants?.length ? of.merchants.slice(0, 3) : of.merchantWords ? [of.merchantWords] : []
  return [
    of.size ? ` ${sizeName(of.size, speech)}` : '',
    at.length > 0 ? ` chez ${speech.list(at)}` : '',
    of.category ? ` dans la catégorie « ${categories[of.category]} »` : '',
    of.period ? ` ${inPeriod(of.period, speech)}` : '',
  ].join('')
}

const absolute = (amount: Money): Money => ({ ...amount, amountMinor: Math.abs(amount.amountMinor) })

/** `36,50 £ (42,00 €) payés à Fnac, le 3 novembre à 14:05`. */
function paymentName({ merchant, amount, foreign, at }: PaymentNamed, speech: Speech): string {
  const abroad = foreign ? ` (${speech.money(absolute(foreign))})` : ''
  const verb = amount.amountMinor > 0 ? 'reçus de' : 'payés à'
  return `${speech.money(absolute(amount))}${abroad} ${verb} ${merchant}, ${moment(at, speech)}`
}

/** `août 2026`, `la semaine du 3 août`. */
const stepName = ({ step, at }: { step: 'week' | 'month'; at: number }, speech: Speech) =>
  step === 'month' ? speech.month(at) : `la semaine du ${speech.date(at)}`

const EACH_STEP = { week: 'par semaine', month: 'par mois' }

/** `d’août 2026`, `de la semaine du 3 août`. */
function fromStep(step: { step: 'week' | 'month'; at: number }, speech: Speech): string {
  const name = stepName(step, speech)
  return /^[ao]/.test(name) ? `d’${name}` : `de ${name}`
}

/** Le jour jusqu’où l’on regarde, comme on l’a demandé. */
function untilName(until: Until, at: number, speech: Speech): string {
  if ('at' in until) return `À la fin du ${speech.date(at)}`
  const event = until.event === 'rent' ? 'votre prochain loyer' : 'votre prochain salaire'
  const when = `(attendu vers le ${speech.date(at)})`
  return until.isWith ? `Après ${event} ${when}` : `Juste avant ${event} ${when}`
}

const soFar = (of: Narrowing) => (of.running ? 'Jusqu’ici, vous' : 'Vous')

function wantedAmount({ amountMinor, currency }: Wanted, speech: Speech): string {
  if (currency) return speech.money({ amountMinor, currency })
  return new Intl.NumberFormat('fr', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
    amountMinor / 100,
  )
}

const callBank = ({ bank, phone }: BankLine) =>
  phone
    ? `appelez ${bank} au ${phone}`
    : `appelez ${bank} au numéro inscrit au dos de votre carte (aucune ligne directe n’est configurée ici)`

/** Une phrase par droit, avec l’endroit où il est écrit. */
function rights(country: string, isCredit: boolean): string {
  const [first, ...others] = rightsOf(country, isCredit)
  return [`Vos droits : ${first}`, ...others].map((line) => `• ${line}`).join('\n')
}

function rightsOf(country: string, isCredit: boolean): string[] {
  if (country === 'US')
    return isCredit
      ? [
          'l’usage non autorisé d’une carte de crédit peut vous coûter 50 $ au plus (Regulation Z, 12 CFR 1026.12(b)).',
          'Pour contester ce qui figure sur un relevé, écrivez à votre banque : votre lettre doit y être dans les 60 jours du premier relevé qui le montre (12 CFR 1026.13(b)).',
        ]
      : [
          'si vous signalez une carte perdue ou volée dans les deux jours ouvrés où vous le remarquez, cela peut vous coûter 50 $ au plus, et 500 $ ensuite (Regulation E, 12 CFR 1005.6(b)).',
          'Ce qui figure sur un relevé doit être signalé dans les 60 jours de son envoi, sans quoi les paiements suivants peuvent rester à votre charge (12 CFR 1005.6(b)(3)).',
        ]
  if (country === 'GB')
    return [
      'votre banque doit rembourser un paiement non autorisé au plus tard à la fin du jour ouvré suivant, sauf si elle a lieu de soupçonner une fraude de votre part (Payment Services Regulations 2017, reg. 76).',
      'Il peut vous rester 35 £ au plus à supporter pour une carte perdue ou volée, sauf fraude ou négligence grave de votre part, et rien de ce qui est payé après que vous avez prévenu votre banque (reg. 77).',
      'Vous avez 13 mois pour le signaler (reg. 74).',
    ]
  if (EEA.has(country))
    return [
      'votre banque doit rembourser un paiement non autorisé au plus tard à la fin du jour ouvré suivant, sauf si elle a lieu de soupçonner une fraude de votre part (directive (UE) 2015/2366, art. 73).',
      'Il peut vous rester 50 € au plus à supporter pour une carte perdue ou volée, sauf fraude ou négligence grave de votre part, et rien de ce qui est payé après que vous avez prévenu votre banque (art. 74).',
      'Vous avez 13 mois pour le signaler (art. 71).',
    ]
  return [
    'un paiement que vous n’avez pas autorisé se conteste ; votre banque décide du remboursement selon la loi de son pays.',
  ]
}

const EVERY = { week: 'chaque semaine', month: 'chaque mois', year: 'chaque année' }

export const fr: Words = {
  categories,
  periodName,
  withheld: {
    'consent-ended':
      'Ce message s’appuyait sur des données que Guichet n’a plus le droit de lire : il reste fermé. Il se rouvrira si vous accordez de nouveau cette finalité.',
    erased:
      'La clé de ce message a été détruite avec les données sur lesquelles il s’appuyait. Plus personne ne peut le lire.',
  },
  sentences: {
    hello: () =>
      'Bonjour. Ici Guichet, le guichet de votre banque dans la messagerie : un assistant automatique. Reliez une banque, et interrogez-moi sur votre argent avec vos propres mots. Rien n’est lu tant que vous n’avez pas dit pour quoi.',
    'hello-again': ({ banks }, speech) =>
      `Bonjour. Je suis un assistant automatique et je réponds pour ${speech.list(banks)}. Que souhaitez-vous savoir ?`,
    help: ({ linked }) =>
      [
        linked
          ? 'Vous pouvez me demander, par exemple :'
          : 'Une fois une banque reliée, vous pourrez me demander, par exemple :',
        '• Quel est mon solde ?',
        '• Montre mes 10 derniers paiements',
        '• Combien ai-je dépensé en carburant le mois dernier ?',
        '• Quelle est ma plus grosse dépense ce mois-ci ?',
        '• Compare ce mois-ci au mois dernier',
        '• Combien ai-je dépensé par mois cette année ?',
        '• Combien me restera-t-il à la fin du mois ?',
        '• Trouve le paiement de 42 €',
        '• Quels sont mes paiements réguliers ?',
        '• Bloque ma carte',
        '• Qui a lu mes données ?',
      ].join('\n'),
    thanks: () => 'Je vous en prie.',
    'not-served': ({ topic }) => NOT_SERVED_FR[topic],
    'not-understood': ({ near }) => {
      switch (near) {
        case 'period':
          return 'Je n’ai pas compris les dates, et je préfère ne pas deviner un chiffre. Essayez « en octobre », « le mois dernier » ou « entre le 1er et le 15 octobre ».'
        case 'amount':
          return 'Je n’ai pas compris le montant, et je préfère ne pas deviner. Essayez « trouve le paiement de 42 € » ou « trouve le paiement de 12,30 ».'
        case 'merchant':
          return 'Je n’ai pas compris de quel commerce il s’agit, et je préfère ne pas deviner. Essayez « combien ai-je dépensé chez Tesco en octobre ? »'
        case null:
          return 'Je n’ai pas compris, et je préfère ne pas deviner.'
      }
    },

    'link-bank': ({ bank }) =>
      bank
        ? `Vous pouvez relier ${bank}. Vous choisissez, point par point, ce que Guichet peut lire et pour quoi ; vous vous identifiez et donnez votre accord sur la page de votre banque.`
        : 'Vous pouvez relier une banque. Vous choisissez, point par point, ce que Guichet peut lire et pour quoi ; vous vous identifiez et donnez votre accord sur la page de votre banque.',
    'link-unknown-bank': ({ known }, speech) =>
      `Cette banque n’est pas ici. Voici celles qui y sont : ${speech.list(known)}.`,
    linked: ({ bank, purposes }, speech) =>
      `${bank} est reliée. Vous avez autorisé : ${speech.list(purposes.map(purposeName))}. Vous pouvez changer d’avis à tout moment dans votre page Vie privée.`,
    'ask-examples': () =>
      'Je suis un assistant automatique ; dites « parler à une personne » quand vous voulez. Demandez-moi par exemple « Quel est mon solde ? » ou « Combien ai-je dépensé en carburant le mois dernier ? »',
    'walk-away': () =>
      'Vous pouvez retirer une finalité, ou toutes, dans votre page Vie privée. Un retrait arrête aussitôt la prochaine lecture. L’effacement détruit vos clés, après vous avoir proposé votre copie : plus personne ne peut alors rien lire.',
    consents: () =>
      'Votre page Vie privée montre ce que vous avez autorisé, pour quelle banque et jusqu’à quand, avec un reçu signé de chaque accord.',
    'who-read': () =>
      'Votre page Vie privée énumère chaque lecture de vos données : quand, par qui, pour quoi et selon quel accord. Votre navigateur vérifie chaque ligne dans le registre signé.',

    'refused-no-link': () =>
      'Je ne peux pas encore répondre : aucune banque n’est reliée. Rien n’est lu tant que vous n’en avez pas relié une et dit pour quoi.',
    'refused-never-consented': ({ purpose, banks }, speech) =>
      `Je n’ai pas le droit de répondre : vous n’avez pas autorisé ${purposeName(purpose)} pour ${speech.list(banks)}. ${PURPOSES[purpose].fr.sentence}`,
    'refused-consent-withdrawn': ({ purpose, banks }, speech) =>
      `Je n’ai pas le droit de répondre : l’accord ${purposeName(purpose)} a été retiré pour ${speech.list(banks)}, et je ne lis plus ce qu’il faut pour cela. Ce retrait vaut tant que vous n’en changez pas vous-même.`,
    'refused-consent-expired': ({ purpose, banks }, speech) =>
      `Je n’ai pas le droit de répondre : votre accord ${purposeName(purpose)} pour ${speech.list(banks)} est arrivé à son terme.`,
    'refused-erased': () =>
      'Je ne peux pas répondre : tout ce qui vous concernait a été effacé, et les clés sont détruites.',
    'refused-bank-withdrawn': ({ banks }, speech) =>
      `Je ne peux pas répondre : ${speech.list(banks)} ${banks.length < 2 ? 'a' : 'ont'} quitté Guichet, et les clés de vos données y sont détruites.`,
    'not-covered': ({ purpose, banks }, speech) =>
      `${speech.list(banks)} ${banks.length < 2 ? 'ne figure' : 'ne figurent'} pas dans cette réponse : vous n’y avez pas autorisé ${purposeName(purpose)}.`,
    'grant-again': () =>
      'Si vous le souhaitez, vous pouvez l’accorder : vous donnez votre accord sur la page de votre banque.',

    'still-arriving': ({ bank }) =>
      `Je suis encore en train de lire vos comptes chez ${bank} : dans un instant, j’en verrai peut-être davantage.`,
    'bank-down': ({ bank, since }, speech) =>
      `${bank} ne répond plus depuis ${asOf(since, speech)}. Je continue d’essayer : tout chiffre donné ici est le dernier qu’elle a transmis.`,
    'updates-next': ({ at }, speech) =>
      `Je pourrai mettre ces chiffres à jour de moi-même à partir ${fromTime(at, speech)} ; vous pouvez actualiser à tout moment.`,
    refreshed: ({ banks }, speech) =>
      `C’est actualisé : ${speech.list(banks)} ${banks.length < 2 ? 'vient' : 'viennent'} de répondre.`,
    'refresh-under-way': ({ bank }) =>
      `${bank} est en cours de lecture. Reposez votre question dans un instant.`,
    'refresh-later': ({ bank, at }, speech) =>
      `${bank} demande à ne pas être relue avant ${asOf(at, speech)}. D’ici là, ses chiffres restent ce qu’ils sont.`,
    'refresh-failed': ({ bank, why, asOf: at }, speech) =>
      `Je n’ai pas pu actualiser ${bank} : ${BROKEN[why]}. ${at === null ? 'Je n’en ai pas encore les chiffres.' : `Ses chiffres datent ${fromTime(at, speech)}.`}`,
    'connection-broken': ({ bank, since, why, asOf: at }, speech) =>
      `Je n’arrive plus à lire ${bank} depuis ${asOf(since, speech)} : ${BROKEN[why]}. ${at === null ? 'Je n’en ai pas encore les chiffres' : `Ses chiffres datent ${fromTime(at, speech)}`}, et je continue d’essayer.`,
    'access-ended': ({ bank }) =>
      `${bank} a mis fin à l’accès que vous m’aviez donné, ou vous y avez mis fin chez elle. Je n’y lis plus rien. Vos comptes resteront les mêmes ici si vous la reliez.`,
    'consent-ending': ({ bank, purposes, at, days }, speech) =>
      `Ce que vous avez autorisé chez ${bank} prend fin ${days <= 1 ? 'd’ici un jour' : `dans ${days} jours`}, le ${speech.date(at)} à ${speech.time(at)} : ${speech.list(purposes.map(purposeName))}. Renouvelez-le et rien ne s’interrompt ; si vous vous arrêtez en route, tout continue jusque-là.`,
    'figures-as-of': ({ at }, speech) =>
      speech.isToday(at)
        ? `Chiffres arrêtés à ${asOf(at, speech)}.`
        : `Chiffres arrêtés ${asOf(at, speech)}.`,
    'not-in-yet': () =>
      'Votre banque n’a pas encore transmis vos comptes. Cela prend un instant après la liaison ; reposez votre question dans un moment.',
    'balance-one': ({ bank, account, numberDisplay, current, available, isCard, asOf: at }, speech) => {
      const name = `${account} (${bank}, se terminant par ${numberDisplay})`
      const owed = isCard && current.amountMinor < 0
      const held = owed
        ? `Vous devez ${speech.money({ ...current, amountMinor: -current.amountMinor })} sur ${name}`
        : `Vous avez ${speech.money(current)} sur ${name}`
      const free = available ? `, dont ${speech.money(available)} disponibles` : ''
      const freeOnCard = available ? ` ; ${speech.money(available)} restent disponibles` : ''
      return `${held}${owed ? freeOnCard : free}, ${atTime(at, speech)}.`
    },
    'balance-many': ({ held, owed, accounts, oldest }, speech) => {
      const parts = [
        held.length > 0 ? `vous avez ${speech.list(held.map(speech.money))}` : '',
        owed.length > 0 ? `vous devez ${speech.list(owed.map(speech.money))} sur vos cartes` : '',
      ].filter(Boolean)
      const age = speech.isToday(oldest)
        ? `de ${asOf(oldest, speech)}`
        : `du ${speech.date(oldest)} à ${speech.time(oldest)}`
      return `Sur ${many(accounts, 'compte', 'comptes')}, ${speech.list(parts)}. Le chiffre le plus ancien date ${age}.`
    },
    'balance-unknown': ({ accounts }, speech) =>
      `Votre banque n’a pas donné de solde pour ${speech.list(accounts)}.`,
    accounts: () => 'Vos comptes',
    'accounts-closed': ({ accounts }, speech) =>
      accounts.length === 1
        ? `Ce compte est clôturé : ${speech.list(accounts.map(accountName))}.`
        : `Ces comptes sont clôturés : ${speech.list(accounts.map(accountName))}.`,
    'account-opened': (account) =>
      `${account.bank} vous a ouvert un compte : ${account.account}, se terminant par ${account.numberDisplay}. Si cela ne vient pas de vous, appelez ${account.bank} sans attendre.`,
    'account-closed': (account) =>
      `${account.bank} a clôturé votre compte ${account.account}, se terminant par ${account.numberDisplay}. Ses paiements passés restent ici jusqu’à ce que vous les retiriez.`,
    'account-gone': (account) =>
      `${account.bank} ne nous montre plus votre compte ${account.account}, se terminant par ${account.numberDisplay} : il a été clôturé, ou vous ne le partagez plus. Ses paiements passés restent ici jusqu’à ce que vous les retiriez.`,
    'account-renumbered': (account) =>
      `${account.bank} a changé le numéro de votre compte ${account.account} : il se termine maintenant par ${account.numberDisplay}. Ici, c’est toujours le même compte, avec tous ses paiements.`,

    'payments-listed': ({ shown, total, of }, speech) =>
      shown < total
        ? `${shown < 2 ? 'Le plus récent' : `Les ${shown} plus récents`} de vos ${payments(total)}${narrowed(of, speech)}.`
        : `${total === 1 ? 'Le seul paiement' : `Les ${payments(total)}`}${narrowed(of, speech)}.`,
    'payments-none': ({ of }, speech) =>
      `Je n’ai trouvé aucun paiement${narrowed(of, speech)} dans ce que votre banque a transmis.`,
    payments: ({ of }, speech) => `Paiements${narrowed(of, speech)}`,
    'some-pending': ({ pending }) =>
      pending === 1
        ? 'L’un d’eux est en attente : son montant peut encore changer.'
        : `${pending} sont en attente : leur montant peut encore changer.`,
    'found-one': ({ wanted, ...payment }, speech) =>
      `Trouvé : ${paymentName(payment, speech)}. C’est le seul de ${wantedAmount(wanted, speech)}.`,
    'found-many': ({ wanted, found }, speech) =>
      `J’ai trouvé ${payments(found)} d’exactement ${wantedAmount(wanted, speech)}.`,
    'found-none': ({ wanted, of }, speech) =>
      `Je n’ai trouvé aucun paiement de ${wantedAmount(wanted, speech)}${narrowed(of, speech)} dans ce que votre banque a transmis.`,
    'found-near': ({ wanted, near }, speech) =>
      `Aucun paiement n’est d’exactement ${wantedAmount(wanted, speech)}. ${near === 1 ? 'Voici le plus proche.' : `Voici les ${near} plus proches.`}`,

    'largest-one': ({ of, ...payment }, speech) =>
      payment.amount.amountMinor > 0
        ? `La plus grosse somme reçue${narrowed({ ...of, category: null }, speech)} : ${paymentName(payment, speech)}.`
        : `Votre plus gros paiement${narrowed(of, speech)} : ${paymentName(payment, speech)}.`,
    'largest-listed': ({ shown, total, of }, speech) =>
      shown < total
        ? `Les ${shown} plus gros de vos ${payments(total)}${narrowed(of, speech)}.`
        : `Les ${payments(total)}${narrowed(of, speech)}, les plus gros d’abord.`,
    'largest-apart': ({ payments: apart }, speech) =>
      `Les plus gros dans d’autres devises, comptés à part : ${speech.list(apart.map((payment) => paymentName(payment, speech)))}.`,
    largest: ({ of }, speech) => `Plus gros paiements${narrowed(of, speech)}`,

    spent: ({ net, payments: count, of }, speech) =>
      `${soFar(of)} avez dépensé ${speech.money(net)}${narrowed(of, speech)}, en ${payments(count)}.`,
    'got-back': ({ net, of }, speech) =>
      `${soFar(of)} avez reçu ${speech.money(net)} de plus que vous n’avez dépensé${narrowed(of, speech)}.`,
    'spent-nothing': ({ of }, speech) =>
      `${soFar(of)} n’avez rien dépensé${narrowed(of, speech)}, d’après ce que votre banque a transmis.`,
    'also-spent': ({ totals }, speech) =>
      `Et dans d’autres devises, comptées à part : ${speech.list(totals.map(speech.money))}.`,
    'pending-included': ({ pending, net }, speech) =>
      pending < 2
        ? `1 paiement en attente est compris (${speech.money(net)}) ; il peut encore changer.`
        : `${pending} paiements en attente sont compris (${speech.money(net)}) ; ils peuvent encore changer.`,
    'refunds-subtracted': ({ refunds, sum }, speech) =>
      refunds < 2
        ? `1 remboursement de ${speech.money(sum)} est déjà déduit.`
        : `${refunds} remboursements, ${speech.money(sum)} en tout, sont déjà déduits.`,
    'most-on': ({ name, category, net, sharePercent }, speech) =>
      `Le premier poste est ${category ? `« ${categories[category]} »` : (name ?? '')} : ${speech.money(net)}, soit ${sharePercent} %.`,
    spending: ({ of }, speech) => `Dépenses${narrowed(of, speech)}`,
    'other-shares': () => 'le reste',
    compared: ({ current, against, period, againstPeriod, of, changePercent }, speech) => {
      const change =
        changePercent === null || changePercent === 0
          ? ''
          : ` Soit ${Math.abs(changePercent)} % ${changePercent > 0 ? 'de plus' : 'de moins'}.`
      const narrow = narrowed({ ...of, period: null }, speech)
      return `${soFar(of)} avez dépensé ${speech.money(current)}${narrow} ${inPeriod(period, speech)}, contre ${speech.money(against)} ${inPeriod(againstPeriod, speech)}.${change}`
    },
    'compared-so-far': ({ againstPeriod, against, differenceMinor, currency }, speech) => {
      const by = speech.money({ amountMinor: Math.abs(differenceMinor), currency })
      const difference =
        differenceMinor === 0
          ? 'exactement comme maintenant'
          : differenceMinor > 0
            ? `${by} de moins que maintenant`
            : `${by} de plus que maintenant`
      return `Au même point, ${inPeriod(againstPeriod, speech)}, vous aviez dépensé ${speech.money(against)} : ${difference}.`
    },
    comparison: ({ period, againstPeriod, of }, speech) =>
      `Dépenses${narrowed({ ...of, period: null }, speech)} : ${periodName(period, speech)} et ${periodName(againstPeriod, speech)}`,

    'spent-over-time': ({ sum, from, to, usual, running, of }, speech) => {
      const until = running ? 'à maintenant' : `à ${stepName(to, speech)}`
      const each = usual
        ? ` Cela fait environ ${speech.money(usual)} par ${from.step === 'week' ? `semaine${running ? ' entière' : ''}` : `mois${running ? ' entier' : ''}`}.`
        : ''
      const net =
        sum.amountMinor < 0
          ? `Vous avez reçu ${speech.money(absolute(sum))} de plus que vous n’avez dépensé`
          : `Vous avez dépensé ${speech.money(sum)}`
      return `${net}${narrowed(of, speech)}, ${fromStep(from, speech)} ${until}.${each}`
    },
    'over-time-most': ({ most, net }, speech) =>
      `Le maximum : ${stepName(most, speech)}, avec ${speech.money(net)}.`,
    'over-time-kept-from': ({ at }, speech) =>
      `Je n’ai aucun paiement de vous d’avant le ${speech.date(at)}.`,
    'over-time-longest': ({ steps, step }) =>
      `Je montre ${steps} ${step === 'week' ? 'semaines' : 'mois'} au plus, les plus récents.`,
    'over-time': ({ step, of }, speech) => `Dépenses ${EACH_STEP[step]}${narrowed(of, speech)}`,
    'step-name': (named, speech) => stepName(named, speech),
    'step-short': ({ step, at }, speech) => (step === 'month' ? speech.monthShort(at) : speech.dayShort(at)),

    forecast: ({ at, until, low, expected, high, ...named }, speech) =>
      `${untilName(until, at, speech)}, il y aura sans doute entre ${speech.about(low)} et ${speech.about(high)} sur ${accountName(named)}. Le milieu est d’environ ${speech.about(expected)}.`,
    'forecast-below': ({ at, isSure }, speech) =>
      isSure
        ? `Le compte pourrait être à découvert à partir du ${speech.date(at)}.`
        : `Dans les moins bons cas, il est à découvert à partir du ${speech.date(at)}.`,
    'forecast-due': ({ due, more }, speech) =>
      `Compté d’ici là : ${speech.list([
        ...due.map(
          ({ merchant, amount, at }) =>
            `${merchant} (${amount.amountMinor < 0 ? 'sortie' : 'entrée'} de ${speech.money(absolute(amount))} vers le ${speech.date(at)})`,
        ),
        ...(more > 0 ? [`${more} de plus, dans le tableau`] : []),
      ])}.`,
    'forecast-basis': ({ now, asOf: at, usualDay, daysSeen, isNothingDue }, speech) =>
      `Cela s’appuie sur ce qu’il y a maintenant (${speech.money(now)}, d’après le solde ${fromTime(at, speech)}), sur les paiements qui reviennent${isNothingDue ? ' (aucun d’ici là)' : ''} et sur vos autres dépenses des ${daysSeen} derniers jours, environ ${speech.about(usualDay)} par jour : sur dix périodes passées aussi longues, huit auraient fini dans cette fourchette. C’est une estimation, pas une promesse.`,
    'forecast-instead': () =>
      'Je ne garde pas les soldes des jours passés et ne peux donc pas en dessiner l’évolution. Voici comment le vôtre pourrait évoluer.',
    'forecast-as-far': ({ days, at }, speech) =>
      `Je regarde au plus ${many(days, 'jour', 'jours')} en avant, jusqu’au ${speech.date(at)} : la moitié de ce que je vois en arrière.`,
    'forecast-unknown': ({ accounts }, speech) =>
      `Pour ${speech.list(accounts.map(accountName))}, je ne prédis rien : j’en vois trop peu (il faut au moins quatre semaines de paiements et un solde), et je préfère ne pas deviner.`,
    'forecast-no-event': ({ event }) =>
      `Je ne vois aucun ${event === 'rent' ? 'loyer' : 'salaire'} qui revienne régulièrement : je ne sais donc pas quand tombe le prochain, et je préfère ne pas deviner.`,
    'forecast-no-account': () =>
      'Je ne regarde en avant que sur les comptes courants, et je n’en vois aucun. Je peux vous dire votre solde.',
    'forecast-caption': (named) => `Ce qu’il pourrait y avoir sur ${accountName(named)}`,
    'day-short': ({ at }, speech) => speech.dayShort(at),
    'do-forecast': () => 'Combien me restera-t-il à la fin du mois ?',

    recurring: ({ found, monthly, about = {} }, speech) =>
      `${many(found, 'paiement', 'paiements')}${ofSubject(about)} ${found < 2 ? 'revient' : 'reviennent'} régulièrement, soit environ ${speech.list(monthly.map(speech.money))} par mois en tout.`,
    'recurring-next': ({ merchant, amount, at }, speech) =>
      `Le prochain : ${merchant}, environ ${speech.money(amount)}, attendu vers le ${speech.date(at)}.`,
    'recurring-changed': ({ merchant, from, to, at }, speech) =>
      `${merchant} est passé de ${speech.money(from)} à ${speech.money(to)} le ${speech.date(at)}.`,
    'recurring-none': () =>
      'Je ne vois aucun paiement qui revienne régulièrement : je cherche le même commerce au moins trois fois, à un rythme stable et pour un montant proche, ou deux fois à un an d’écart.',
    'recurring-none-of': ({ about }) =>
      `Je ne vois aucun paiement${ofSubject(about)} qui revienne régulièrement.`,
    'recurring-due': ({ merchant, amount, rhythm, at }, speech) =>
      `${merchant} : environ ${speech.money(amount)}, ${RHYTHMS[rhythm]}. Le prochain est attendu vers le ${speech.date(at)}.`,
    'recurring-payments': () => 'Paiements qui reviennent',
    'column-amount': () => 'Montant',
    'column-rhythm': () => 'Rythme',
    'column-next': () => 'Prochain attendu',
    rhythm: ({ rhythm }) => RHYTHMS[rhythm],
    date: ({ at }, speech) => speech.date(at),

    'duplicate-charge': ({ bank, merchant, amount, first, second, card }, speech) => {
      const minutes = Math.max(1, Math.round((second - first) / 60_000))
      const by = card ? `votre carte ${bank} se terminant par ${card}` : bank
      return `${merchant} a débité deux fois ${speech.money(amount)}, à ${many(minutes, 'minute', 'minutes')} d’écart, ${moment(second, speech)}, de ${by}. Si vous n’avez acheté qu’une fois, c’est peut-être une erreur : demandez d’abord au commerce, puis à votre banque. Si vous avez acheté deux fois, tout va bien.`
    },
    'price-rise': ({ merchant, from, to, at }, speech) =>
      `${merchant} coûte plus cher : ${speech.money(to)} le ${speech.date(at)}, contre ${speech.money(from)} auparavant.`,
    'refund-arrived': ({ bank, merchant, amount, bought, boughtAt, isPending }, speech) =>
      `${merchant} a remboursé ${speech.money(amount)} sur votre compte chez ${bank}${isPending ? ' (encore en attente)' : ''}. Vous y aviez payé ${speech.money(bought)} le ${speech.date(boughtAt)}.`,
    'low-balance': ({ rent, at, now, expected, asOf: seenAt, ...named }, speech) =>
      `Votre loyer d’environ ${speech.money(rent)} est attendu vers le ${speech.date(at)}. Sur ${accountName(named)}, il y a ${speech.money(now)} (relevé : ${asOf(seenAt, speech)}) et, si vous dépensez comme d’habitude, il restera environ ${speech.money(expected)} d’ici là. C’est une estimation : l’argent que je ne vois pas venir n’y est pas.`,
    'worth-stopped': ({ kind }) =>
      `Je ne vous parlerai plus ${WORTH[kind]}. Vous pouvez le réactiver sur la page Lignes de paiement.`,
    'do-stop-worth': ({ kind }) => `Ne plus me parler ${WORTH[kind]}`,
    'do-choose-worth': () => 'Choisir ce que l’on me dit',

    offer: ({ bank }) => `${bank} propose quelque chose qui pourrait vous convenir.`,
    'offer-private': ({ bank }) =>
      `La comparaison s’est faite ici, de votre côté : ${bank} n’en a rien appris, pas même que vous avez regardé.`,
    'offer-none': ({ banks }, speech) =>
      `${speech.list(banks)} ${banks.length < 2 ? 'n’a' : 'n’ont'} pas d’offre pour vous en ce moment.`,
    'offer-dismissed': () => 'C’est noté : vous ne verrez plus cette offre.',
    'offers-stopped': ({ banks }, speech) =>
      `Les offres sont coupées pour ${speech.list(banks)}. Plus rien de vous n’est comparé à des offres.`,
    'offers-not-on': () => 'Les offres sont déjà coupées : vous ne les avez autorisées pour aucune banque.',

    human: ({ number, at, ...line }, speech) =>
      `Pour parler à quelqu’un, ${callBank(line)}. J’ai noté votre demande ${moment(at, speech)} sous le numéro de dossier ${number} ; donnez-le quand vous appelez.`,
    dispute: ({ number, at, ...line }, speech) =>
      `Vous contestez un paiement. Je l’ai noté ${moment(at, speech)} sous le numéro de dossier ${number}. Seule ${line.bank} peut ouvrir la contestation : ${callBank(line)} et donnez ce numéro. Si votre carte est peut-être en d’autres mains, dites « bloque ma carte ».`,
    'dispute-which': ({ bank }) =>
      `Quel paiement ne venait pas de vous ? Cochez-le : je fais aussitôt bloquer la carte et j’ouvre une contestation auprès de ${bank} pour vous.`,
    'dispute-older': () =>
      'Il n’est pas dans la liste ? Demandez-le, par exemple « trouve le paiement de 42 € », et dites là que ce n’était pas vous.',
    'dispute-otherwise': ({ number, at, ...line }, speech) =>
      `Si vous avez bien payé mais qu’autre chose ne va pas (le montant, une livraison jamais reçue), ${callBank(line)} et donnez le numéro de dossier ${number}, noté ${moment(at, speech)}.`,
    'dispute-caption': ({ bank }) => `Derniers paiements par carte chez ${bank}`,
    'dispute-allow': ({ purpose }) =>
      `Si vous autorisez ${purposeName(purpose)}, je vous montre ici vos paiements par carte : une coche suffit pour faire bloquer la carte et ouvrir la contestation.`,
    'human-elsewhere': ({ number, at }, speech) =>
      `J’ai noté votre demande ${moment(at, speech)} sous le numéro de dossier ${number}. Aucune banque n’est reliée et aucune ligne humaine n’est configurée ici : personne ne répondra par cette messagerie. Appelez votre banque au numéro inscrit sur votre carte.`,
    'handed-over': ({ banks, number }, speech) =>
      `Quelqu’un de ${speech.list(banks)} vous répondra ici, dans cette conversation ; je ne sais pas quand. Ce que vous écrivez désormais lui parvient aussi, avec le numéro de dossier ${number} et l’heure, et votre page Vie privée montre chaque fois qu’il est lu. Cette personne ne voit ni votre nom, ni ce que vous avez écrit avant, ni mes réponses. Tant que personne ne prend le relais, je continue de répondre, automatiquement.`,
    'human-took': ({ bank }) =>
      `Quelqu’un de ${bank} vous écrit maintenant : une personne, pas un programme. Je me tais jusqu’à ce qu’elle me rende la parole ; vous pouvez seulement encore me demander de bloquer une carte.`,
    'handed-back': ({ bank, number }) =>
      `${bank} a réglé votre demande ${number}. Désormais, l’assistant automatique vous répond de nouveau : un programme, pas une personne. Ce que vous écrivez ne parvient plus à personne de la banque.`,
    'missed-twice': () =>
      'Je ne vous ai pas compris deux fois de suite. Je suis un programme : touchez une question ci-dessous, ou demandez une personne.',
    stopped: () =>
      'C’est arrêté : plus rien ne vous est envoyé sans que vous le demandiez. Une seule chose continue, pour votre sécurité : je vous demande si un paiement suspect est bien de vous. Pour arrêter cela aussi, retirez « M’alerter en cas de fraude » dans votre page Vie privée. Vous pouvez toujours m’interroger.',
    started: () => 'Je vous annonce de nouveau ce que vous avez choisi.',
    'do-human': () => 'Parler à une personne',
    'do-start': () => 'Reprendre',

    'freeze-which': ({ bank, cards }) =>
      cards === 1
        ? `Faut-il bloquer cette carte ${bank} ? Elle pourra être débloquée ensuite, mais seulement par vous, sur notre propre page Mes cartes.`
        : `Quelle carte ${bank} faut-il bloquer ? Elle pourra être débloquée ensuite, mais seulement par vous, sur notre propre page Mes cartes.`,
    'freeze-none': (line) =>
      `Je ne vois aucune carte à vous chez ${line.bank}. Si vous en avez perdu une, ${callBank(line)} sans attendre.`,
    'card-left': () => 'Entendu : aucune carte n’est bloquée.',
    'block-ordered': ({ bank, card, number }) =>
      `Je fais bloquer votre carte se terminant par ${card} chez ${bank}. Votre numéro de dossier est ${number}.`,
    'card-blocked': ({ bank, card, at, number }, speech) =>
      `Votre carte se terminant par ${card} est bloquée chez ${bank} depuis ${asOf(at, speech)}. Votre numéro de dossier est ${number}.`,
    'block-delayed': ({ card, number, ...line }) =>
      `Votre carte se terminant par ${card} n’est pas encore bloquée : ${line.bank} ne répond pas. Je continue d’essayer et vous préviendrai dès que ce sera fait. Pour aller plus vite, ${callBank(line)} et donnez le numéro de dossier ${number}.`,
    'block-refused': ({ card, number, ...line }) =>
      `Votre carte se terminant par ${card} n’est pas bloquée : ${line.bank} a refusé de le faire d’ici. S’il vous plaît, ${callBank(line)} maintenant et donnez le numéro de dossier ${number}.`,
    'block-impossible': (line) =>
      `Je n’ai pas pu faire bloquer votre carte : l’accord nécessaire a pris fin. S’il vous plaît, ${callBank(line)} maintenant.`,
    'block-next': () =>
      'Plus rien ne peut être payé avec cette carte. Pour la débloquer ou en commander une nouvelle, ouvrez Mes cartes : cela ne se fait jamais par un message.',

    alert: ({ bank, amount, foreign, merchant, city, country, at, card }, speech) => {
      const paid = speech.money({ ...amount, amountMinor: Math.abs(amount.amountMinor) })
      const abroad = foreign
        ? ` (${speech.money({ ...foreign, amountMinor: Math.abs(foreign.amountMinor) })})`
        : ''
      const place = [city, country ? speech.country(country) : null].filter(Boolean).join(', ')
      const means = card
        ? ` avec votre carte ${bank} se terminant par ${card}`
        : ` depuis votre compte ${bank}`
      return `Était-ce vous ? ${paid}${abroad} chez ${merchant}${place ? ` (${place})` : ''}, ${moment(at, speech)}${means}.`
    },
    'alert-why': () => 'Ce qui paraît inhabituel :',
    'alert-reason': ({ reason }, speech) => `• ${tellReason(reason, speech)}`,
    'alert-usual-there': ({ amount, usual, times }, speech) =>
      `• ${speech.money({ ...amount, amountMinor: Math.abs(amount.amountMinor) })}, c’est environ ${times} fois ce que vous payez d’habitude dans un commerce comme celui-ci (${speech.money(usual)}).`,
    'alert-nothing-moves': ({ atOnce }) =>
      atOnce
        ? 'Si ce n’était pas vous, dites-le : votre carte est bloquée aussitôt.'
        : 'Si ce n’était pas vous, dites-le : votre carte est bloquée aussitôt, ou après une seule question si vous avez pu l’oublier.',
    'case-was-me': ({ number }) =>
      `Merci : c’est noté comme venant de vous, et retenu pour la prochaine fois. Le dossier ${number} est clos.`,
    'not-me-noted': ({ bank, card }) =>
      card
        ? `Entendu : ce n’était pas vous. Je fais bloquer maintenant chez ${bank} votre carte se terminant par ${card}.`
        : `Entendu : ce n’était pas vous.`,
    'case-opened': ({ number, at }, speech) =>
      `Votre numéro de dossier est ${number}, ouvert ${moment(at, speech)}.`,
    'case-not-me': ({ number, at }, speech) =>
      `Entendu : ce n’était pas vous. Le dossier ${number} est ouvert depuis ${asOf(at, speech)}.`,
    'case-without-card': ({ number, ...line }) =>
      `Ce paiement ne nomme aucune carte : il n’y en a donc pas à bloquer d’ici. S’il vous plaît, ${callBank(line)} maintenant et donnez le numéro de dossier ${number}.`,
    line: ({ bank, amount, foreign, merchant, city, country, at, card, isRefused }, speech) => {
      const paid = speech.money({ ...amount, amountMinor: Math.abs(amount.amountMinor) })
      const abroad = foreign
        ? ` (${speech.money({ ...foreign, amountMinor: Math.abs(foreign.amountMinor) })})`
        : ''
      const place = [city, country ? speech.country(country) : null].filter(Boolean).join(', ')
      const where = `${paid}${abroad} chez ${merchant}${place ? ` (${place})` : ''}`
      const means = card ? `carte ${bank} se terminant par ${card}` : bank
      return isRefused
        ? `Refusé par ${bank} : ${where}, ${moment(at, speech)}, carte se terminant par ${card}.`
        : `${where}, ${moment(at, speech)}, ${means}.`
    },
    lines: ({ bank, payments: count }) => `${payments(count)} chez ${bank}.`,
    'lines-caption': ({ bank }) => `Nouveaux paiements chez ${bank}`,
    'lines-where': () =>
      'Vous choisissez quels paiements par carte je vous annonce, et quand, sur la page Lignes de paiement. Ce qui paraît anormal, je vous le demande toujours.',
    'alert-by-bank': ({ bank }) =>
      `C’est le service de surveillance de ${bank} qui demande ; Guichet transmet la question.`,
    'alert-refused': ({ bank, releasableUntil }, speech) =>
      releasableUntil === null
        ? `${bank} a refusé ce paiement : rien n’a été payé.`
        : `${bank} a refusé ce paiement : rien n’a été payé. Si c’était vous, dites-le avant ${asOf(releasableUntil, speech)} et ${bank} le laissera passer.`,
    'alert-again': ({ number, ...line }) =>
      `Je n’ai pas encore de réponse. Si vous préférez parler à quelqu’un, ${callBank(line)} et donnez le numéro de dossier ${number}.`,
    'doubt-subscription': ({ merchant, every, since }, speech) =>
      `Une question d’abord : vous payez ${merchant} ${EVERY[every]} depuis ${speech.month(since)}. Serait-ce cet abonnement ?`,
    'doubt-same-merchant': ({ merchant, times, lastAt, lastAmount }, speech) =>
      times === 1
        ? `Une question d’abord : vous avez payé ${speech.money(lastAmount)} à ${merchant} le ${speech.date(lastAt)}. Serait-ce encore ce commerce ?`
        : `Une question d’abord : vous avez payé ${merchant} ${number.format(times)} fois, la dernière ${speech.money(lastAmount)} le ${speech.date(lastAt)}. Serait-ce encore ce commerce ?`,
    'doubt-other-card': ({ merchant, card, lastAt }, speech) =>
      `Une question d’abord : la carte se terminant par ${card}, du même compte, a payé ${merchant} le ${speech.date(lastAt)}. Serait-ce l’un des vôtres ?`,
    'doubt-often-wrong': ({ times }) =>
      `Une question d’abord : ${number.format(times)} paiements que vous aviez signalés cette année venaient bien de vous. Voulez-vous regarder celui-ci encore une fois ?`,
    'doubt-next': ({ hasCard }) =>
      hasCard
        ? 'Si ce n’était pas vous, redites-le et je fais bloquer votre carte aussitôt.'
        : 'Si ce n’était pas vous, redites-le et j’ouvre une contestation aussitôt.',
    doubts: () => 'Une question d’abord : certains de ces paiements ressemblent aux vôtres.',
    'doubt-of': ({ doubt }, speech) => {
      switch (doubt.kind) {
        case 'subscription':
          return `• ${doubt.merchant} : vous le payez ${EVERY[doubt.every]} depuis ${speech.month(doubt.since)}.`
        case 'same-merchant-before':
          return `• ${doubt.merchant} : vous y avez payé ${speech.money(doubt.lastAmount)} le ${speech.date(doubt.lastAt)}.`
        case 'other-card':
          return `• ${doubt.merchant} : la carte se terminant par ${doubt.cardNumberDisplay}, du même compte, y a payé le ${speech.date(doubt.lastAt)}.`
        case 'often-wrong':
          return `• ${number.format(doubt.times)} paiements que vous aviez signalés depuis un an venaient bien de vous.`
      }
    },
    'doubts-next': () =>
      'Cochez encore ceux qui ne venaient pas de vous, et je fais bloquer la carte aussitôt.',
    'doubts-caption': () => 'L’un d’eux ne venait-il pas de vous ?',
    snoozed: ({ until }, speech) =>
      `Entendu : jusqu’au ${speech.date(until)}, je ne demande plus pour cette raison. Ce qui ne peut être qu’un vol, je le demande toujours.`,
    'snooze-none': () => 'Ce qui m’a fait demander ne peut être qu’un vol : je continue de demander.',
    'case-left': () => 'Entendu : rien n’est changé.',
    'dispute-opened': ({ bank, number, at, sendAfter }, speech) =>
      `J’ai ouvert la contestation ${number} ${moment(at, speech)}. Elle part chez ${bank} ${atTime(sendAfter, speech)} ; jusque-là, vous pouvez la retirer.`,
    'dispute-of': ({ payments: named, more }, speech) =>
      [
        `${payments(named.length + more)} sont contestés maintenant :`,
        ...named.map((payment) => `• ${paymentName(payment, speech)}`),
        ...(more > 0 ? [`• et ${number.format(more)} de plus`] : []),
      ].join('\n'),
    'dispute-taken-back': ({ bank, number }) =>
      `C’est noté : c’était vous, finalement. La contestation ${number} est retirée, et rien n’en part chez ${bank}.`,
    'case-taken-back': ({ bank, number }) =>
      `C’est noté : c’était vous, finalement. Le dossier ${number} est clos, et rien n’en part chez ${bank}.`,
    'dispute-too-late': ({ number, ...line }) =>
      `La contestation ${number} est déjà chez ${line.bank}, et seule ${line.bank} peut la retirer : ${callBank(line)} et donnez ce numéro.`,
    'card-stays-blocked': ({ bank }) =>
      `Votre carte reste bloquée chez ${bank} tant que vous ne l’avez pas fait débloquer sur notre propre page Mes cartes.`,
    'mark-others': () =>
      'D’autres parmi ceux-ci ne venaient-ils pas de vous non plus ? Cochez-les, et ils rejoignent la contestation.',
    'mark-caption': ({ card }) =>
      card
        ? `Derniers paiements avec la carte se terminant par ${card}`
        : 'Derniers paiements depuis ce compte',
    marked: ({ payments: count, number, sendAfter }, speech) =>
      count === 1
        ? `1 paiement est maintenant dans la contestation ${number}. Elle part chez votre banque ${atTime(sendAfter, speech)}.`
        : `${payments(count)} sont maintenant dans la contestation ${number}. Elle part chez votre banque ${atTime(sendAfter, speech)}.`,
    'own-which': () => 'Lesquels venaient finalement de vous ? Cochez-les, et ils quittent la contestation.',
    'own-caption': ({ number }) => `Ajoutés à la contestation ${number}`,
    'own-noted': ({ payments: count, number, bank, sendAfter }, speech) =>
      `${count === 1 ? '1 paiement quitte' : `${payments(count)} quittent`} la contestation ${number} et ${count === 1 ? 'compte comme venant' : 'comptent comme venant'} de vous. ${sendAfter === null ? `Rien n’en part plus chez ${bank}.` : `Ce qui en reste part chez ${bank} ${atTime(sendAfter, speech)}.`}`,
    'do-some-mine': () => 'Certains venaient de moi',
    'do-own': () => 'Les paiements cochés venaient de moi',
    rights: ({ country, isCredit }) => rights(country, isCredit),
    'release-ordered': ({ bank }) => `Je demande à ${bank} de laisser passer le paiement.`,
    'release-never': ({ bank }) =>
      `${bank} a refusé ce paiement définitivement : il ne peut pas être accepté après coup. Si vous voulez toujours payer, refaites le paiement.`,
    'release-too-late': ({ bank }) =>
      `${bank} ne peut plus laisser passer ce paiement. Si vous voulez toujours payer, refaites le paiement.`,
    'release-done': ({ bank, at }, speech) =>
      `${bank} a laissé passer votre paiement, ${speech.isToday(at) ? `à ${speech.time(at)}` : moment(at, speech)}. Si le commerce a renoncé entre-temps, payez de nouveau : il ne sera plus arrêté pour cela.`,
    'release-delayed': ({ bank }) =>
      `${bank} ne répond pas : votre paiement attend encore. Je continue d’essayer et vous préviendrai dès que ce sera fait.`,
    'release-refused': ({ number, ...line }) =>
      `${line.bank} n’a plus laissé passer le paiement. Payez de nouveau, s’il vous plaît ; s’il est encore arrêté, ${callBank(line)} et donnez le numéro de dossier ${number}.`,
    'dispute-sent': ({ bank, number, at, reference }, speech) =>
      `${bank} a votre contestation ${number} depuis ${asOf(at, speech)}${reference ? `, sous sa référence ${reference}` : ''}. Je vous dirai ce qu’elle a décidé.`,
    'dispute-delayed': ({ bank, number }) =>
      `La contestation ${number} n’est pas encore parvenue à ${bank}, qui ne répond pas. Je continue d’essayer. Ce qui compte est le moment où vous nous l’avez dit, et il est noté.`,
    'dispute-refused': ({ number, ...line }) =>
      `${line.bank} ne reçoit pas de contestation d’ici. S’il vous plaît, ${callBank(line)} et donnez le numéro de dossier ${number} : ce qui compte est le moment où vous nous l’avez dit, et il est noté.`,
    'dispute-nothing-paid': ({ bank, number }) =>
      `Rien de la contestation ${number} n’est payé jusqu’ici : rien n’en part donc chez ${bank} pour l’instant. Si quelque chose en est débité dans les deux semaines, je l’envoie alors.`,
    'dispute-decided': ({ number, decided, ...line }) => {
      switch (decided) {
        case 'in-favour':
          return `${line.bank} a tranché la contestation ${number} en votre faveur : elle rend l’argent.`
        case 'against':
          return `${line.bank} a tranché la contestation ${number} en votre défaveur : elle tient le paiement pour le vôtre. Si vous n’êtes pas d’accord, ${callBank(line)} et donnez ce numéro.`
        case 'withdrawn':
          return `La contestation ${number} a été retirée chez ${line.bank} : rien n’est rendu à ce titre.`
      }
    },
    'unblock-ordered': ({ bank, card, number }) =>
      `Je fais débloquer votre carte se terminant par ${card} chez ${bank}. Votre numéro de dossier est ${number}.`,
    'replace-ordered': ({ bank, card, number }) =>
      `Je commande une nouvelle carte chez ${bank} à la place de celle se terminant par ${card}. Votre numéro de dossier est ${number}.`,
    'unblock-done': ({ bank, card, at }, speech) =>
      `Votre carte se terminant par ${card} est débloquée chez ${bank} depuis ${asOf(at, speech)}.`,
    'unblock-delayed': ({ bank, card }) =>
      `Votre carte se terminant par ${card} n’est pas encore débloquée : ${bank} ne répond pas. Je continue d’essayer.`,
    'unblock-refused': ({ card, number, ...line }) =>
      `Votre carte se terminant par ${card} reste bloquée : ${line.bank} a refusé de la débloquer d’ici. S’il vous plaît, ${callBank(line)} et donnez le numéro de dossier ${number}.`,
    'replace-done': ({ bank, card, at, expectedBy }, speech) =>
      `${bank} vous envoie une nouvelle carte à la place de celle se terminant par ${card}, commandée ${moment(at, speech)}${expectedBy === null ? '' : ` ; attendez-la d’ici au ${speech.date(expectedBy)}`}.`,
    'replace-delayed': ({ bank, card }) =>
      `Une nouvelle carte à la place de celle se terminant par ${card} n’est pas encore commandée : ${bank} ne répond pas. Je continue d’essayer.`,
    'replace-refused': ({ card, number, ...line }) =>
      `${line.bank} a refusé de commander d’ici une nouvelle carte à la place de celle se terminant par ${card}. S’il vous plaît, ${callBank(line)} et donnez le numéro de dossier ${number}.`,
    'order-impossible': (line) =>
      `Je n’ai pas pu le dire à ${line.bank} : l’accord nécessaire a pris fin. S’il vous plaît, ${callBank(line)}.`,

    'app-let': ({ app, banks, until }, speech) =>
      `Vous laissez ${app} lire certains de vos comptes chez ${speech.list(banks)}, jusqu’au ${speech.date(until)}. Chacune de ses lectures figure sur votre page Vie privée, où vous pouvez y mettre fin à tout moment. Si ce n’était pas vous, mettez-y fin maintenant.`,
    'bank-left': ({ bank }) =>
      `${bank} a quitté Guichet. Les clés de ce qui était gardé ici de ${bank} sont détruites : plus personne ne peut le lire, moi compris.`,
    'bank-left-next': () =>
      'Vos comptes et vos cartes continuent comme avant auprès de la banque elle-même. Je ne peux plus répondre à leur sujet ni vous alerter en cas de fraude.',
    'consent-ended': ({ purpose, bank }) =>
      `${purposeName(purpose)} est coupé pour ${bank}. Dès maintenant, je ne lis plus ce qu’il faut pour cela.`,

    'do-refresh': () => 'Actualiser',
    'do-renew': ({ bank }) => `Renouveler chez ${bank}`,
    'do-link-again': ({ bank }) => `Relier ${bank} à nouveau`,
    'do-link': () => 'Relier une banque',
    'do-link-bank': ({ bank }) => `Relier ${bank}`,
    'do-grant': ({ purpose, bank }) => `Autoriser ${purposeName(purpose)} pour ${bank}`,
    'do-privacy': () => 'Ouvrir ma page Vie privée',
    'do-balance': () => 'Quel est mon solde ?',
    'do-payments': () => 'Mes 10 derniers paiements',
    'do-recurring': () => 'Quels sont mes paiements réguliers ?',
    'do-was-me': () => 'Oui, c’était moi',
    'do-not-me': ({ card }) => (card ? 'Non, bloquez ma carte' : 'Non, ce n’était pas moi'),
    'do-not-me-after-all': () => 'Non, finalement ce n’était pas moi',
    'do-report': () => 'Pas moi',
    'do-report-ticked': () => 'Les paiements cochés ne venaient pas de moi',
    'do-lines': () => 'Choisir mes lignes de paiement',
    'do-fewer-lines': () => 'Moins de ces lignes',
    'do-was-me-after-all': () => 'Finalement, c’était moi',
    'do-still-not-me': ({ hasCard }) =>
      hasCard ? 'Toujours pas moi : bloquez ma carte' : 'Toujours pas moi',
    'do-all-mine': () => 'C’était moi, tous',
    'do-snooze': () => 'Ne plus demander pour cela pendant un mois',
    'do-mark': () => 'Les paiements cochés ne venaient pas de moi',
    'do-cards': () => 'Ouvrir Mes cartes',
    'do-block': ({ card }) => `Bloquer la carte se terminant par ${card}`,
    'do-leave-case': () => 'Aucun de ceux-ci',
    'do-leave-card': ({ cards }) => (cards > 1 ? 'Les laisser telles quelles' : 'La laisser telle quelle'),
    'do-dismiss': () => 'Ne plus la montrer',
    'do-stop-offers': () => 'Couper les offres pour de bon',
  },
}

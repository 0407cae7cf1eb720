import type { Words } from './en.ts'

export const fr: Words = {
  holds: 'Tout ce qui peut être vérifié dans ce fichier est exact.',
  fails: (problems) =>
    problems === 1
      ? 'Ce fichier ne tient pas : un problème a été trouvé.'
      : `Ce fichier ne tient pas : ${problems} problèmes ont été trouvés.`,
  proves: 'Ce qu’il prouve',
  provesNot: 'Ce qu’il ne prouve pas',
  problems: 'Ce qui ne va pas',
  readsProven: ({ proven, total, origin, size }) =>
    `${proven} consultations sur ${total} sont dans le registre ${origin}, sous l’état qu’il a signé à ${size} entrées. Aucune ne peut être changée ni retirée sans que cette preuve échoue.`,
  readsBetween: (from, to) => `Elles ont eu lieu entre le ${from} et le ${to}.`,
  oneProven: ({ at, role, purpose, decision, origin }) =>
    `Cette consultation est dans le registre ${origin} : ${at}, par ${role}, pour ${purpose}, ${decision}.`,
  shredProven: {
    person: ({ at, origin }) =>
      `Le registre ${origin} dit : le ${at}, les clés de tout ce qui était gardé sur une personne ont été détruites.`,
    link: ({ at, origin }) =>
      `Le registre ${origin} dit : le ${at}, les clés de tout ce qui venait d’une banque pour une personne ont été détruites.`,
    bank: ({ at, origin }) =>
      `Le registre ${origin} dit : le ${at}, les clés de tous les clients d’une banque ont été détruites.`,
  },
  chainWhole: (bank, count) =>
    `Les consultations auprès de ${bank} sont numérotées de 1 à ${count} sans trou, et chacune nomme la précédente.`,
  consented:
    'Chaque consultation autorisée nomme un consentement dont le reçu signé est dans ce fichier, pour cette finalité et à cette date.',
  receiptsSigned: (signed, logged) =>
    `${signed} reçus sont signés par la clé des reçus de ce fichier ; ${logged} d’entre eux sont accompagnés de leur place dans le registre.`,
  headSeen: (bank, day, count) =>
    `Le ${day}, le registre s’est engagé sur ${count} consultations auprès de ${bank}, et ce fichier les contient.`,
  witnessed: (name, at) => `Le témoin ${name} a vu ce même état du registre (${at}).`,
  notUnlogged:
    'Que rien n’a été lu sans être inscrit. Aucun registre ne peut le montrer. Guichet ne remet la clé de vos données que contre une inscription au registre, mais c’est l’œuvre de son code, et aucun fichier ne peut le prouver.',
  notLater: (size) => `Ce qui a été lu après que le registre a compté ${size} entrées.`,
  notKey:
    'Que la clé du registre est la bonne : elle est venue avec ce fichier. Demandez-la à votre banque ou prenez-la dans /.well-known/guichet.json, puis vérifiez de nouveau avec --key.',
  notWitnessed:
    'Que tout le monde voit le même registre : aucun témoin de confiance n’a signé cet état. Nommez des témoins avec --witness.',
  notCutOff:
    'Qu’aucune consultation ne manque à la fin : aucun état quotidien du registre ne les couvre dans ce fichier.',
  notFigures:
    'Les chiffres de ce fichier : les preuves disent qui a lu vos données, et ne portent pas sur les données elles-mêmes.',
  notUse: 'Ce qui a été fait de vos données après leur lecture.',
  notGone:
    'Qu’aucune copie des clés n’est restée nulle part. Guichet les détruit après cette inscription, mais c’est l’œuvre de son code, et aucun fichier ne peut le prouver.',
  finding: {
    'file-unreadable': ({ field }) => `Ce fichier ne vient pas de Guichet, ou il est endommagé (${field}).`,
    'key-needed': () => 'Une preuve seule ne contient pas la clé du registre : donnez-la avec --key.',
    'key-differs': () => 'Le fichier nomme une autre clé de registre que celle que vous avez donnée.',
    'checkpoint-wrong': ({ why }) => `L’état signé du registre est faux dans ce fichier : ${why}.`,
    'read-unproven': ({ bank, seq, why }) =>
      bank
        ? `La consultation ${seq} auprès de ${bank} n’est pas prouvée : ${why}.`
        : `Cette consultation n’est pas prouvée : ${why}.`,
    'shred-unproven': ({ why }) => `Cette preuve d’un effacement ne tient pas : ${why}.`,
    'read-misplaced': ({ bank, seq }) =>
      `La ligne de la consultation ${seq} auprès de ${bank} en contient une autre.`,
    'log-forked': ({ bank, seq }) =>
      `Le registre a signé deux histoires différentes de même longueur (vu à la consultation ${seq} auprès de ${bank}). Gardez ce fichier : c’est une preuve.`,
    'checkpoint-unconnected': ({ bank, seq }) =>
      `La consultation ${seq} auprès de ${bank} est sous un autre état du registre, et rien ne montre que l’un prolonge l’autre.`,
    'reads-missing': ({ bank, seq, to }) =>
      seq === to
        ? `La consultation ${seq} auprès de ${bank} manque.`
        : `Les consultations ${seq} à ${to} auprès de ${bank} manquent.`,
    'read-repeated': ({ bank, seq }) => `Deux consultations portent le numéro ${seq} auprès de ${bank}.`,
    'chain-broken': ({ bank, seq }) =>
      `La consultation ${seq} auprès de ${bank} ne nomme pas celle qui la précède.`,
    'read-unconsented': ({ bank, seq }) =>
      `La consultation ${seq} auprès de ${bank} a été autorisée, et ce fichier ne contient aucun reçu d’un consentement pour cette finalité à cette date.`,
    'receipt-wrong': ({ id }) =>
      `Le reçu ${id} n’est pas signé par la clé des reçus, ou concerne autre chose.`,
    'receipt-unlogged': ({ id, why }) => `Le reçu ${id} n’est pas dans le registre : ${why}.`,
    'head-unproven': ({ bank, why }) => `Un état quotidien auprès de ${bank} n’est pas prouvé : ${why}.`,
    'reads-cut-off': ({ bank, day, seq }) =>
      `Le ${day}, le registre s’était engagé sur ${seq} consultations auprès de ${bank} ; la consultation ${seq} n’est pas dans ce fichier.`,
    'head-contradicts': ({ bank, day, seq }) =>
      `Le ${day}, le registre s’est engagé sur une autre consultation numéro ${seq} auprès de ${bank} que celle de ce fichier.`,
  },
  why: {
    'proof-malformed': 'ce n’est pas un fichier de preuve',
    'key-malformed': 'la clé n’est pas celle d’un registre',
    'checkpoint-malformed': 'l’état signé est illisible',
    'origin-differs': 'c’est celui d’un autre registre',
    'signature-missing': 'la signature du registre manque',
    'signature-wrong': 'une signature est fausse',
    'record-missing': 'l’inscription n’y est pas',
    'record-malformed': 'l’inscription est illisible',
    'not-in-batch': 'l’inscription n’est pas dans son lot',
    'not-in-log': 'l’inscription n’est pas dans le registre, ou a été modifiée',
    'crypto-unavailable': 'ce programme ne sait pas vérifier les signatures Ed25519',
  },
}

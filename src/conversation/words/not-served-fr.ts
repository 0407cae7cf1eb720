import type { NotServed } from '../question.ts'

/** The same in French. */
export const NOT_SERVED_FR: Record<NotServed, string> = {
  transfer:
    'Je ne déplace pas d’argent\u00a0: je lis et j’avertis, c’est tout. Les virements se font dans l’application ou en agence de votre banque.',
  bills:
    'Je ne paie pas de factures, et les relevés de carte sont chez votre banque\u00a0: vous y voyez ce qui est dû et le payez. Je peux lister vos paiements réguliers.',
  loan: 'Je n’accorde ni ne propose de crédit, et je ne sais rien d’une demande en cours. Voyez votre banque\u00a0; écrivez «\u00a0parler à un conseiller\u00a0» et je le note pour elle.',
  rates:
    'Je ne connais pas les taux de votre banque. Ils figurent dans son application et dans votre contrat.',
  pin: 'Je ne vois jamais le code de votre carte et ne peux pas le changer. L’application de votre banque ou un distributeur le peut\u00a0; ne donnez ce code à personne, pas même à moi.',
  cheques: 'Je ne commande ni n’encaisse de chèques. L’application ou une agence de votre banque le fait.',
  details:
    'Je laisse les numéros complets de compte et de carte hors de la conversation. L’application de votre banque les montre, et le RIB à donner à d’autres.',
  limit:
    'Je ne connais pas les plafonds de votre carte et ne les change pas. L’application ou une agence de votre banque le fait.',
  overdraft:
    'C’est à votre banque de dire quel découvert est convenu, et de le changer. Je peux vous dire votre solde.',
  'credit-score':
    'Je ne tiens aucune note de crédit sur vous et n’en établis pas. Voyez votre banque ou l’organisme qui tient votre dossier de crédit.',
  rewards:
    'Je ne vois ni points ni récompenses. L’application de votre banque les montre et permet de les utiliser.',
  fees: 'Je ne connais pas les frais de votre banque, ici ou à l’étranger\u00a0: sa brochure tarifaire les donne. Je peux chercher des frais déjà prélevés.',
  'exchange-rate':
    'Je ne donne pas de taux de change. Pour un paiement déjà fait à l’étranger, je montre les deux montants.',
  declined:
    'Seule votre banque peut dire avec certitude pourquoi un paiement est refusé. Si la question «\u00a0était-ce vous\u00a0?\u00a0» est posée plus haut, répondez-y\u00a0; sinon, appelez le numéro au dos de votre carte.',
  unblock:
    'Une carte bloquée d’ici se débloque sur notre page Mes cartes, après une nouvelle identification. Ce que votre banque a bloqué elle-même, c’est à elle de le débloquer.',
  'new-card':
    'Une nouvelle carte à la place d’une carte bloquée se commande sur notre page Mes cartes. Toute autre carte vient de votre banque. Si la vôtre est perdue ou volée, écrivez d’abord «\u00a0bloquer ma carte\u00a0».',
  contactless: 'Je ne peux ni activer ni désactiver le sans contact. L’application de votre banque le peut.',
  'virtual-card':
    'Je ne crée pas de cartes virtuelles. L’application de votre banque le fait, si elle en propose.',
  insurance:
    'Je ne sais pas quelles assurances accompagnent votre carte. Sa notice le dit, et votre banque peut vous renseigner.',
  'open-account':
    'Je n’ouvre pas de compte\u00a0: c’est l’affaire de votre banque. Un compte que vous avez peut être relié ici.',
  'close-account':
    'Je ne peux pas fermer un compte à votre banque\u00a0: vous seul le pouvez, chez elle. Pour que ce soit moi qui oublie tout, écrivez «\u00a0oublie-moi\u00a0».',
  invest:
    'Je ne donne pas de conseil de placement, et n’achète ni ne vends rien. Adressez-vous à votre banque ou à un professionnel indépendant.',
  'odd-payment':
    'Si un paiement n’est pas de vous, écrivez «\u00a0ce n’est pas moi\u00a0» et je vous montre lesquels cocher. Si une carte est perdue ou volée, écrivez «\u00a0bloquer ma carte\u00a0».',
}

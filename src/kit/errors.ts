/** The languages that every sentence exists in. */
export type Locale = 'en' | 'fr'
export const LOCALES = ['en', 'fr'] as const

type FaultRow = { http: number; retry: boolean; en: string; fr: string; mend: string }

/**
 * Every fault, once: its HTTP status, whether trying again can help, what a person reads in both languages
 * (no personal data), and how an operator mends it. `docs/errors.md` is printed from this table.
 */
export const FAULTS = {
  'amount-malformed': {
    http: 422,
    retry: false,
    en: 'This amount is not a whole number of the currency’s smallest unit.',
    fr: 'Ce montant n’est pas un nombre entier de la plus petite unité de la devise.',
    mend: 'Send amounts as plain decimals with no more digits than ISO 4217 gives the currency.',
  },
  'currency-unknown': {
    http: 422,
    retry: false,
    en: 'This currency is not in ISO 4217.',
    fr: 'Cette devise n’existe pas dans la norme ISO 4217.',
    mend: 'Send the three-letter ISO 4217 code.',
  },
  'event-malformed': {
    http: 422,
    retry: false,
    en: 'This event does not have the documented shape.',
    fr: 'Cet événement n’a pas la forme documentée.',
    mend: 'Compare the event with docs/card-events.md; the response names the field at fault, never its value.',
  },
  'event-too-large': {
    http: 413,
    retry: false,
    en: 'This message is too large.',
    fr: 'Ce message est trop volumineux.',
    mend: 'Send at most 500 events and 1 MiB at a time.',
  },
  'event-truncated': {
    http: 400,
    retry: true,
    en: 'This message is cut short or is not JSON.',
    fr: 'Ce message est tronqué ou n’est pas du JSON.',
    mend: 'Send the whole body again; nothing of it was kept.',
  },
  'event-stale': {
    http: 401,
    retry: false,
    en: 'This signature is too old or from the future.',
    fr: 'Cette signature est trop ancienne ou datée du futur.',
    mend: 'Sign again at the time of sending, with a clock in step: the limit is five minutes either way.',
  },
  'event-replayed': {
    http: 409,
    retry: false,
    en: 'This signed message was already received.',
    fr: 'Ce message signé a déjà été reçu.',
    mend: 'To send the same events again, sign them again with a new nonce: their ids keep them from being handled twice.',
  },
  'notice-refused': {
    http: 500,
    retry: false,
    en: 'This message was not sent: it may hold something that must stay here.',
    fr: 'Ce message n’a pas été envoyé\u00a0: il contient peut-être quelque chose qui doit rester ici.',
    mend: 'The detail says what the last look before the messenger’s socket found, never the words. It is a defect: please report it.',
  },
  'matrix-taken-over': {
    http: 503,
    retry: true,
    en: 'Matrix is being connected again. Please try again in a moment.',
    fr: 'La connexion à Matrix est en cours de rétablissement. Veuillez réessayer dans un instant.',
    mend: 'Another process has Matrix’s keys in hand now, or they could not be written down. Nothing to do: one process takes them within seconds.',
  },
  'matrix-login-refused': {
    http: 502,
    retry: false,
    en: 'The Matrix homeserver did not log this account in.',
    fr: 'Le serveur Matrix n’a pas ouvert de session pour ce compte.',
    mend: 'The line above says what it was. Where a homeserver lets nobody in by password, log in there with a Matrix app, take that login’s access token out of it, and use the app no more (docs/connect-a-channel.md).',
  },
  'match-wrong': {
    http: 409,
    retry: false,
    en: 'These are not the two digits that the chat was shown, or the code is over. Please begin again.',
    fr: 'Ce ne sont pas les deux chiffres affichés dans la conversation, ou le code n’est plus valable. Veuillez recommencer.',
    mend: 'Nothing to do: nobody may guess twice, so the person asks for a new code.',
  },
  'mail-code-wrong': {
    http: 409,
    retry: false,
    en: 'That is not the code that was sent, or it is over. Look again, or ask for another.',
    fr: 'Ce n’est pas le code envoyé, ou il n’est plus valable. Vérifiez, ou demandez-en un autre.',
    mend: 'Nothing to do: a code lasts ten minutes and five tries.',
  },
  'mail-refused': {
    http: 422,
    retry: false,
    en: 'Mail to this address is refused. Please check how it is written.',
    fr: 'Cette adresse n’accepte pas de courrier. Veuillez vérifier comment elle est écrite.',
    mend: 'The mail server refused the recipient for good. If it happens to everybody, try `guichet doctor`.',
  },
  'mail-not-sent': {
    http: 503,
    retry: true,
    en: 'The mail could not be sent just now. Please try again in a few minutes.',
    fr: 'L’e-mail n’a pas pu être envoyé. Veuillez réessayer dans quelques minutes.',
    mend: 'The mail server does not answer or refuses us; the log has its code, and `guichet doctor` tries it.',
  },
  'webhook-unsigned': {
    http: 403,
    retry: false,
    en: 'This message does not carry the messenger’s signature.',
    fr: 'Ce message ne porte pas la signature de la messagerie.',
    mend: 'Compare the secret in the settings with the messenger’s own console (docs/connect-a-channel.md).',
  },
  'webhook-unreadable': {
    http: 400,
    retry: true,
    en: 'This message is cut short or is not JSON.',
    fr: 'Ce message est tronqué ou n’est pas du JSON.',
    mend: 'Nothing of it was kept; the messenger sends it again by itself.',
  },
  'webhook-failing': {
    http: 503,
    retry: true,
    en: 'What this messenger sends has not been accepted for a while.',
    fr: 'Ce que cette messagerie envoie n’est plus accepté depuis un moment.',
    mend: 'The status says why: 403, the app secret in the settings is not the app’s, or somebody else goes on sending what is not signed (`guichet channel check` says which); 5xx, look for the errors on `/webhooks/:messenger` in the log, usually the database; 0 or nothing at all, the proxy before Guichet. Messenger takes the app off the page after an hour of this: `guichet channel check` then says so, and `guichet channel subscribe` puts it back (docs/connect-a-channel.md).',
  },
  'heard-let-go': {
    http: 500,
    retry: false,
    en: 'Something that you wrote or tapped could not be dealt with. Please do it again.',
    fr: 'Quelque chose que vous avez écrit ou touché n’a pas pu être traité. Veuillez recommencer.',
    mend: 'A messenger’s event failed for good and was let go; whoever wrote it was told in the chat. The cause, and the errors before it in the log, say why: a broken seal, a defect (please report it), or trouble that lasted longer than the eight days for which events are kept.',
  },
  'webhook-lapsed': {
    http: 503,
    retry: true,
    en: 'This messenger had stopped sending for a while.',
    fr: 'Cette messagerie avait cessé d’envoyer pendant un moment.',
    mend: 'It sends again: nothing more to do. Messenger takes an app off a page after an hour in which nothing was accepted, also when Guichet was not running; what people wrote after that never came, and cannot be fetched. Look in the log for what was wrong before.',
  },
  'too-busy': {
    http: 503,
    retry: true,
    en: 'More is waiting here than can be handled soon. Please try again in a moment.',
    fr: 'Trop de demandes attendent ici. Veuillez réessayer dans un instant.',
    mend: 'Send the same message again after a second, then after twice as long each time: nothing of it was kept.',
  },
  'rows-unusable': {
    http: 422,
    retry: false,
    en: 'These payments or settings cannot be used.',
    fr: 'Ces paiements ou ces réglages sont inutilisables.',
    mend: 'The detail says what is wrong with the payments or the setting. Nothing was made of them: no model, no trial, no comparison.',
  },
  'model-unreadable': {
    http: 422,
    retry: false,
    en: 'This model file cannot be used.',
    fr: 'Ce fichier de modèle est inutilisable.',
    mend: 'The detail says what is wrong: cut short, altered, of another version, or made for other features. Train or import it again.',
  },
  'rules-refused': {
    http: 422,
    retry: false,
    en: 'These fraud rules cannot be used.',
    fr: 'Ces règles contre la fraude sont inutilisables.',
    mend: 'The detail names each place by line and column, what is wrong there, and how to mend it (docs/fraud-rules.md).',
  },
  'event-conflict': {
    http: 409,
    retry: false,
    en: 'This event id was already used for another event.',
    fr: 'Cet identifiant d’événement a déjà servi pour un autre événement.',
    mend: 'Give each event an id of its own and never reuse it.',
  },
  'signature-invalid': {
    http: 401,
    retry: false,
    en: 'This message is not signed by the bank it names.',
    fr: 'Ce message n’est pas signé par la banque qu’il nomme.',
    mend: 'Check the key id, the key registered for the bank, and that the body was signed as it was sent (RFC 9421).',
  },
  'bank-unknown': {
    http: 404,
    retry: false,
    en: 'There is no such bank here.',
    fr: 'Cette banque n’existe pas ici.',
    mend: '`guichet bank list` shows the banks.',
  },
  'bank-withdrawn': {
    http: 410,
    retry: false,
    en: 'This bank has left Guichet.',
    fr: 'Cette banque a quitté Guichet.',
    mend: 'Nothing to mend: its keys are destroyed. A bank that returns is added anew.',
  },
  'bank-unreachable': {
    http: 502,
    retry: true,
    en: 'Your bank is not answering. We will try again.',
    fr: 'Votre banque ne répond pas. Nous réessaierons.',
    mend: '`guichet doctor` tries each bank’s addresses and says which step fails.',
  },
  'bank-limit-reached': {
    http: 503,
    retry: true,
    en: 'Your bank allows no more requests for now. We will try again later.',
    fr: 'Votre banque n’autorise plus de demandes pour l’instant. Nous réessaierons plus tard.',
    mend: 'Banks limit reads while a person is away (EU 2018/389, art. 36(5)(b): four a day). The detail says when to try again, where the bank does; limits.unattendedPullsPerDay in its profile keeps within what it allows.',
  },
  'bank-refused': {
    http: 502,
    retry: false,
    en: 'Your bank refused this request.',
    fr: 'Votre banque a refusé cette demande.',
    mend: 'The cause carries the bank’s own error code.',
  },
  'bank-token-refused': {
    http: 502,
    retry: false,
    en: 'Your bank did not accept the key that it gave us.',
    fr: 'Votre banque n’a pas accepté la clé qu’elle nous avait donnée.',
    mend: 'The bank answered 401: the token was renewed and refused again, or it is bound to something that the profile does not say. `guichet doctor` tries the bank’s addresses.',
  },
  'bank-not-granted': {
    http: 502,
    retry: false,
    en: 'Your bank does not let us do this for you. Please call it.',
    fr: 'Votre banque ne nous permet pas de le faire pour vous. Veuillez l’appeler.',
    mend: 'The bank offers no such order, or the person linked it before it did: linking the bank again asks for it.',
  },
  'bank-answer-malformed': {
    http: 502,
    retry: false,
    en: 'Your bank’s answer could not be read. Nothing was kept of it.',
    fr: 'La réponse de votre banque est illisible. Rien n’en a été gardé.',
    mend: 'The cause names the field that does not have the standard’s shape, never its value.',
  },
  'bank-answer-mismatched': {
    http: 502,
    retry: false,
    en: 'Your bank’s answer was about someone else. Nothing was kept of it.',
    fr: 'La réponse de votre banque concernait quelqu’un d’autre. Rien n’en a été gardé.',
    mend: 'Tell the bank at once: its API returned an account or a person that was not asked for.',
  },
  'bank-access-ended': {
    http: 502,
    retry: false,
    en: 'Your bank has ended the access that you gave us. Link it again to go on.',
    fr: 'Votre banque a mis fin à l’accès que vous nous aviez donné. Reliez-la pour continuer.',
    mend: 'The person took the consent back at the bank, or it ended there: they are told, and link the bank again.',
  },
  'bank-answer-unsteady': {
    http: 502,
    retry: true,
    en: 'Your bank’s list of payments was not whole. Nothing was kept of it, and we will try again.',
    fr: 'La liste de paiements de votre banque était incomplète. Rien n’en a été gardé, et nous réessaierons.',
    mend: 'The bank repeated or left out rows or pages in two readings that differ. It is tried again; if it stays, tell the bank.',
  },
  'cursor-malformed': {
    http: 400,
    retry: false,
    en: 'This place in the changes is not one of this account’s.',
    fr: 'Ce curseur n’appartient pas à ce compte.',
    mend: 'Use the cursor exactly as it was given, for the account it was given for, or none to begin anew.',
  },
  'link-state-wrong': {
    http: 400,
    retry: false,
    en: 'This return from your bank does not belong to a request you made here. Please start again.',
    fr: 'Ce retour de votre banque ne correspond à aucune demande faite ici. Veuillez recommencer.',
    mend: 'Expected after ten minutes, after a second use, or when somebody forges a callback.',
  },
  'link-declined': {
    http: 400,
    retry: false,
    en: 'Nothing was linked: you did not approve at your bank.',
    fr: 'Rien n’a été relié : vous n’avez pas donné votre accord auprès de votre banque.',
    mend: 'Nothing to mend.',
  },
  'message-too-long': {
    http: 413,
    retry: false,
    en: 'This message is too long. Please write at most 2,000 characters.',
    fr: 'Ce message est trop long. Écrivez au plus 2 000 caractères.',
    mend: 'Nothing to mend.',
  },
  'request-malformed': {
    http: 400,
    retry: false,
    en: 'This request could not be read.',
    fr: 'Cette demande est illisible.',
    mend: 'The response names the field at fault.',
  },
  'not-signed-in': {
    http: 401,
    retry: false,
    en: 'Please sign in first.',
    fr: 'Veuillez d’abord vous identifier.',
    mend: 'Nothing to mend.',
  },
  'step-up-needed': {
    http: 403,
    retry: false,
    en: 'Please confirm that it is you, then try again.',
    fr: 'Veuillez confirmer que c’est bien vous, puis réessayer.',
    mend: 'Nothing to mend.',
  },
  'origin-refused': {
    http: 403,
    retry: false,
    en: 'This request did not come from our own page.',
    fr: 'Cette demande ne vient pas de notre propre page.',
    mend: 'Check GUICHET_PUBLIC_URL: it must be the address people type.',
  },
  'push-refused': {
    http: 422,
    retry: false,
    en: 'This browser is reached by a service that Guichet does not send through.',
    fr: 'Ce navigateur est joint par un service que Guichet n’utilise pas.',
    mend: 'If you trust that push service, add its origin to GUICHET_PUSH_SERVICES.',
  },
  'not-found': {
    http: 404,
    retry: false,
    en: 'There is nothing here.',
    fr: 'Il n’y a rien ici.',
    mend: 'Nothing to mend. What belongs to somebody else answers the same.',
  },
  'file-unreadable': {
    http: 400,
    retry: false,
    en: 'This file cannot be read.',
    fr: 'Ce fichier ne peut pas être lu.',
    mend: 'Check that the path is right, that it is a file, and that whoever runs the command may read it.',
  },
  'file-malformed': {
    http: 400,
    retry: false,
    en: 'This file is not of the kind that was asked for.',
    fr: 'Ce fichier n’est pas du type demandé.',
    mend: 'The message says where reading stopped; `--help` says what the command reads.',
  },
  'statement-empty': {
    http: 422,
    retry: false,
    en: 'This file is empty.',
    fr: 'Ce fichier est vide.',
    mend: 'Ask for the file again: it holds no byte, or nothing but white space.',
  },
  'statement-archive': {
    http: 422,
    retry: false,
    en: 'This is an archive or a document, not a statement file. Unpack it first.',
    fr: 'C’est une archive ou un document, pas un fichier de relevé. Décompressez-le d’abord.',
    mend: 'The detail says what it is. Unpack it, and import each statement file in it.',
  },
  'statement-unrecognised': {
    http: 422,
    retry: false,
    en: 'This is not a statement file of a format that is read here.',
    fr: 'Ce n’est pas un fichier de relevé d’un format lu ici.',
    mend: 'CAMT.053, MT940, OFX and QIF are recognised by what they say; CSV needs a mapping (docs/statement-files.md).',
  },
  'statement-cut-short': {
    http: 422,
    retry: false,
    en: 'This file is cut short. Nothing of it was kept.',
    fr: 'Ce fichier est tronqué. Rien n’en a été gardé.',
    mend: 'Have it sent again, whole: its last part is missing.',
  },
  'statement-malformed': {
    http: 422,
    retry: false,
    en: 'This file does not have the shape of its format. Nothing of it was kept.',
    fr: 'Ce fichier n’a pas la forme de son format. Rien n’en a été gardé.',
    mend: 'The detail says at which line reading stopped, and why; it never says what stood there.',
  },
  'statement-too-large': {
    http: 413,
    retry: false,
    en: 'This file is too large.',
    fr: 'Ce fichier est trop volumineux.',
    mend: 'Split it by day or by account: the command takes 128 MiB, the bank console 16 MiB.',
  },
  'mapping-needed': {
    http: 422,
    retry: false,
    en: 'This format says too little by itself: a mapping is needed.',
    fr: 'Ce format n’en dit pas assez à lui seul : il faut un fichier de correspondance.',
    mend: 'Write a mapping that says the account, the currency and how dates are written (docs/statement-files.md).',
  },
  'mapping-wrong': {
    http: 422,
    retry: false,
    en: 'This mapping cannot be used.',
    fr: 'Ce fichier de correspondance est inutilisable.',
    mend: 'The detail names each entry at fault and what it accepts (docs/statement-files.md).',
  },
  'already-done': {
    http: 409,
    retry: false,
    en: 'This was already done.',
    fr: 'C’est déjà fait.',
    mend: 'Nothing to mend: buttons work once.',
  },
  'request-ambiguous': {
    http: 409,
    retry: false,
    en: 'More than one thing goes by this name.',
    fr: 'Plusieurs choses portent ce nom.',
    mend: 'Say whose it is: --person and the id that `guichet desk` prints.',
  },
  'too-many-requests': {
    http: 429,
    retry: true,
    en: 'That was too fast. Please wait a moment.',
    fr: 'C’était trop rapide. Veuillez patienter un instant.',
    mend: 'Nothing to mend: the limits are in docs/settings.md.',
  },
  'key-shredded': {
    http: 410,
    retry: false,
    en: 'This was erased and cannot be read by anyone any more.',
    fr: 'Ceci a été effacé et ne peut plus être lu par personne.',
    mend: 'Nothing to mend: erasing is final.',
  },
  'seal-broken': {
    http: 500,
    retry: false,
    en: 'A record did not open: it was altered or misplaced.',
    fr: 'Un enregistrement ne s’ouvre pas : il a été altéré ou déplacé.',
    mend: 'Compare the database with a backup; `guichet doctor` lists what does not open, by id.',
  },
  'log-unsequenced': {
    http: 500,
    retry: false,
    en: 'This read was not in the log, so nothing was handed over.',
    fr: 'Cette lecture n’était pas dans le registre : rien n’a été remis.',
    mend: 'A bug or an attack: keys are released only against a durable log entry.',
  },
  'log-inconsistent': {
    http: 500,
    retry: false,
    en: 'The log does not continue what was signed before.',
    fr: 'Le registre ne prolonge pas ce qui a été signé auparavant.',
    mend: 'The database is older than the signer’s last checkpoint. Never delete that file: see docs/verify-the-log.md.',
  },
  'database-unreachable': {
    http: 503,
    retry: true,
    en: 'Guichet cannot be reached at the moment. Nothing was lost.',
    fr: 'Guichet est momentanément indisponible. Rien n’est perdu.',
    mend: 'Check that PostgreSQL runs and that DATABASE_URL (or the data folder) is right; the cause says what failed.',
  },
  'migration-failed': {
    http: 500,
    retry: false,
    en: 'Guichet is not set up correctly.',
    fr: 'Guichet n’est pas configuré correctement.',
    mend: 'Nothing of the named migration was kept. The owner in DATABASE_URL must be able to create roles and databases.',
  },
  'migration-altered': {
    http: 500,
    retry: false,
    en: 'Guichet is not set up correctly.',
    fr: 'Guichet n’est pas configuré correctement.',
    mend: 'Start the version that made this database or a newer one, with its migrations as they were published.',
  },
  'postgres-not-started': {
    http: 500,
    retry: false,
    en: 'Guichet is not set up correctly.',
    fr: 'Guichet n’est pas configuré correctement.',
    mend: 'The message says why the embedded PostgreSQL did not start. Any other server does too: name it in DATABASE_URL.',
  },
  'port-taken': {
    http: 500,
    retry: false,
    en: 'Guichet is not set up correctly.',
    fr: 'Guichet n’est pas configuré correctement.',
    mend: 'Stop the program that listens on the named port, or choose another with --port.',
  },
  'folder-not-ours': {
    http: 500,
    retry: false,
    en: 'Guichet is not set up correctly.',
    fr: 'Guichet n’est pas configuré correctement.',
    mend: 'Name another folder with --data. Guichet neither fills nor empties a folder that holds other things.',
  },
  'demo-stopped': {
    http: 500,
    retry: true,
    en: 'The demo has stopped.',
    fr: 'La démonstration s’est arrêtée.',
    mend: 'The message names the part that stopped and the log file that says why.',
  },
  'app-refused': {
    http: 422,
    retry: false,
    en: 'This app cannot be added like that.',
    fr: 'Cette application ne peut pas être ajoutée ainsi.',
    mend: 'The detail names what is wrong: the name, a redirect address, the keys or the faces (docs/serve-the-standards.md).',
  },
  'app-request-over': {
    http: 410,
    retry: false,
    en: 'This app’s request is over. Please begin again in the app.',
    fr: 'La demande de cette application n’est plus valable. Veuillez recommencer dans l’application.',
    mend: 'Expected after twenty minutes, once it was answered, or when the app was withdrawn.',
  },
  'page-over': {
    http: 400,
    retry: false,
    en: 'This page of the list is over. Please ask for the list again.',
    fr: 'Cette page de la liste n’est plus disponible. Veuillez redemander la liste.',
    mend: 'Expected ten minutes after the first page, or when a bank was left meanwhile.',
  },
  'setting-wrong': {
    http: 500,
    retry: false,
    en: 'Guichet is not set up correctly.',
    fr: 'Guichet n’est pas configuré correctement.',
    mend: 'The message names the setting and what it accepts.',
  },
  'role-too-strong': {
    http: 500,
    retry: false,
    en: 'Guichet is not set up correctly.',
    fr: 'Guichet n’est pas configuré correctement.',
    mend: 'Run-time roles must be neither superuser nor owner: start with `guichet serve`, which makes its own roles.',
  },
  internal: {
    http: 500,
    retry: true,
    en: 'Something went wrong on our side. Nothing was lost.',
    fr: 'Un problème est survenu de notre côté. Rien n’est perdu.',
    mend: 'The log line of the same request id carries the code and the stack, without personal data.',
  },
} as const satisfies Record<string, FaultRow>

export type FaultCode = keyof typeof FAULTS

/** Something that went wrong and has a code. `detail` is for the operator and holds no personal data. */
export class Fault extends Error {
  readonly code: FaultCode
  readonly detail: string | undefined
  /** After how long whoever refused says that it may be asked again. */
  readonly againInMs: number | undefined

  constructor(code: FaultCode, options: { cause?: unknown; detail?: string; againInMs?: number } = {}) {
    super(options.detail ? `${code}: ${options.detail}` : code, { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.detail = options.detail
    this.againInMs = options.againInMs
  }

  get status(): number {
    return FAULTS[this.code].http
  }

  get retry(): boolean {
    return FAULTS[this.code].retry
  }

  /** What a person reads. */
  sentence(locale: Locale): string {
    return FAULTS[this.code][locale]
  }
}

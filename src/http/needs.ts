import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { AccessLog } from '#accesslog'
import type { Act, Consents, ReceiptSigner } from '#consent'
import type { BankEvent, Intake, OpenedStatement, Presence, StatementSource, Statements } from '#intake'
import type { Clock, Locale, Random, Sql } from '#kit'
import type { People } from '#people'
import type { Access, Asked, Readers } from '#readers'
import type { AppAllowed, Connection, Vault } from '#vault'
import type {
  CardJson,
  CardOrderJson,
  ConsoleMessageJson,
  ConsoleRequestJson,
  LineChoiceJson,
  LinesJson,
  MessageJson,
  MessengerCodeJson,
  MessengersJson,
  PushJson,
  WorthJson,
} from './api.ts'

/** What the pages need of the bank doors; `#banks` fills it. */
export type BankDoor = {
  list(): readonly { id: string; name: string; simulated: boolean }[]
  profile(bankId: string): { id: string; name: string }
  /** Where the bank says who its customer is; only in an ID token does it say so to sign them in. */
  personFrom(bankId: string): 'id-token' | 'api' | 'none'
  beginLink(
    bankId: string,
    request: {
      purposes: { id: string; name: string }[]
      locale: Locale
      lookbackDays: number
      durationDays: number
      cardOrders: boolean
      fromAddress: string | null
    },
  ): Promise<{ redirect: string; pending: PendingAtBank }>
  completeLink(
    pending: PendingAtBank,
    callbackUrl: URL,
  ): Promise<{ subject: string; connection: Omit<Connection, 'id'> }>
  /** The accounts that an access opens, by the bank's ids. */
  readAccounts(
    bankId: string,
    connection: Omit<Connection, 'id'>,
    present: Presence,
  ): Promise<{ accounts: readonly { bankAccountId: string }[] }>
  beginSignIn(
    bankId: string,
    options: { locale: Locale },
  ): Promise<{ redirect: string; pending: PendingAtBank }>
  completeSignIn(pending: PendingAtBank, callbackUrl: URL): Promise<{ subject: string }>
  revoke(bankId: string, connection: Connection | Omit<Connection, 'id'>, reason: string): Promise<void>
  verifyMessage(
    bankId: string,
    message: {
      method: string
      path: string
      headers: Record<string, string | string[] | undefined>
      body: Buffer
      tag: string
    },
  ): Promise<{ nonce: string }>
  decodeEvents(bankId: string, body: Buffer): BankEvent[]
  /** The contract of those events, by the names of its files. */
  contract(): Record<string, Record<string, unknown>>
  clientJwks(): { keys: object[] }
}

/** What a door keeps between sending a person to their bank and their return: plain JSON with a `state`. */
export type PendingAtBank = { bankId: string; state: string }

/** Whom an answer is for; `present` is what their bank is told of them when they have it read. */
export type ChatContext = { locale: Locale; timeZone: string; present?: Presence }

export type StaffAtBank = { id: string; bankId: string }
/** A request as the web channel lists it for a bank. */
export type WaitingAtBank = Pick<ConsoleRequestJson, 'id' | 'number' | 'kind' | 'askedAt' | 'last'> & {
  linkId: string | null
  takenBy: string | null
  takenAt: number | null
}

/** What the pages need of the web channel; `#channels` fills it. */
export type Chat = {
  hear(personId: string, text: string, context: ChatContext): Promise<MessageJson[]>
  act(
    personId: string,
    token: string,
    context: ChatContext,
    chosen: readonly string[],
  ): Promise<MessageJson[]>
  lines(personId: string): Promise<LinesJson[]>
  chooseLines(
    personId: string,
    choice: LineChoiceJson & { linkId: string },
    context: ChatContext,
  ): Promise<void>
  worthChoices(personId: string): Promise<WorthJson[]>
  chooseWorth(personId: string, kind: WorthJson['kind'], isOn: boolean): Promise<void>
  cards(personId: string): Promise<CardJson[]>
  orderForCard(personId: string, order: CardOrderJson, context: ChatContext): Promise<MessageJson[]>
  history(
    personId: string,
    options: { before?: string; limit: number; locale: Locale },
  ): Promise<MessageJson[]>
  /** What a bank's people do with who waits for them; a request goes by `requestId`. */
  handovers: {
    list(bankId: string): Promise<WaitingAtBank[]>
    take(member: StaffAtBank, id: string, live: readonly string[]): Promise<void>
    read(member: StaffAtBank, id: string, after: number): Promise<ConsoleMessageJson[]>
    reply(member: StaffAtBank, id: string, text: string): Promise<void>
    settle(member: StaffAtBank, id: string, live: readonly string[]): Promise<void>
  }
  message(personId: string, messageId: string): Promise<MessageJson | null>
  /** The whole conversation as plain text lines, for the person's own copy. */
  transcript(personId: string): Promise<{ at: number; from: string; text: string }[]>
  forget(personId: string): Promise<void>
}

/** What the pages and the webhooks need of the messengers; `#channels` fills it. */
export type MessengerDesk = {
  describe(personId: string): Promise<MessengersJson>
  begin(personId: string, messenger: string): Promise<MessengerCodeJson>
  /** Throws `match-wrong`. */
  confirm(personId: string, digits: string): Promise<MessengersJson>
  /** Throws `not-found`. */
  verify(personId: string, addressId: string): Promise<MessengersJson>
  /** Throws `already-done`. */
  concludeVerification(personId: string, addressId: string, isSame: boolean): Promise<MessengersJson>
  order(personId: string, ids: readonly string[]): Promise<MessengersJson>
  setWording(personId: string, wording: MessengersJson['wording']): Promise<MessengersJson>
  unlink(personId: string, id: string): Promise<MessengersJson>
  /** Throws `mail-refused`, `mail-not-sent` and `too-many-requests`. */
  beginMail(personId: string, address: string): Promise<MessengersJson>
  /** Throws `mail-code-wrong`. */
  confirmMail(personId: string, code: string): Promise<MessengersJson>
  removeMail(personId: string, what: 'waiting' | 'all'): Promise<MessengersJson>
  /** Throws `push-refused` and `too-many-requests`. */
  subscribePush(
    personId: string,
    subscription: { endpoint: string; keys: { p256dh: string; auth: string } },
  ): Promise<PushJson>
  lookPush(personId: string, endpoint: string): Promise<PushJson>
  unsubscribePush(personId: string, endpoint: string): Promise<PushJson>
  removePush(personId: string, id: string): Promise<MessengersJson>
  /** Throws `not-found`. */
  movePush(
    from: string,
    renewal: string,
    to: { endpoint: string; keys: { p256dh: string; auth: string } },
  ): Promise<PushJson>
  pushShown(receipt: string): Promise<void>
  /** Throws `not-found` and `already-done`. */
  openSealed(personId: string, token: string): Promise<MessageJson[]>
  challenge(id: string, query: Readonly<Record<string, string | undefined>>): string
  receive(
    id: string,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    body: Buffer,
  ): Promise<void>
  answered(id: string, headers: Readonly<Record<string, string | string[] | undefined>>, status: number): void
}

/** What the pages need of the faces that people's apps come to; `#faces` fills it. Both throw `app-request-over`. */
export type AppDoor = {
  question(
    request: IncomingMessage,
    response: ServerResponse,
    uid: string,
  ): Promise<{ reader: { id: string; name: string }; returnsTo: string; asked: Asked }>
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    uid: string,
    answer: {
      personId: string
      chosen: { accounts: AppAllowed['accounts']; until: number; act: Act } | null
    },
  ): Promise<{ redirect: string }>
  mount(server: FastifyInstance, headers: Record<string, string>): void
}

/** What a person allowed their apps. */
export type PersonsApps = Pick<Readers['accesses'], 'ofPerson' | 'withdraw'> &
  Pick<Readers['registry'], 'names'>
export type { Access }

/** What the log says of something destroyed. */
export type Shred = Awaited<ReturnType<Vault['erase']>>[number]

export type HttpNeeds = {
  publicUrl: URL
  pagesFolder: string
  controlUrl: string | null
  /** Whose pages may have the chat in them. */
  embedOrigins: readonly string[]
  /** A pool of the role guichet_rooms. */
  sql: Sql
  vault: Vault
  log: AccessLog
  consents: Consents
  people: People
  receipts: ReceiptSigner
  intake: Intake
  banks: BankDoor
  chat: Chat
  messengers: MessengerDesk
  apps: AppDoor
  personsApps: PersonsApps
  statements: Statements
  /** Opens an uploaded statement file; `mapping` is the text of its mapping. Throws statement and mapping faults. */
  openStatement(
    source: StatementSource,
    options: { mapping: string | null; bytesMax: number },
  ): Promise<OpenedStatement>
  /** Erases a person everywhere: hands their access back, shreds their keys, forgets their chat and sessions. Returns what
   *  the log says of it. */
  walkAway(personId: string): Promise<Shred[]>
  clock: Clock
  random: Random
  /** 32 bytes: seals authorisations under way and signs CSRF tokens. */
  serverKey: Buffer
  sessionIdleMinutes: number
  /** Called with a fault and the route's pattern, never with a URL or a body. */
  onFault(fault: { code: string; route: string; status: number; error: unknown }): void
}

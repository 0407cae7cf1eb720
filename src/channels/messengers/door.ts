import type { NoticeKey } from '#conversation'
import type { Locale } from '#kit'

/** The chat apps that people already use. Each is carried by a third party; only a Matrix room can be private. */
export const MESSENGERS = ['messenger', 'whatsapp', 'telegram', 'matrix'] as const
export type MessengerId = (typeof MESSENGERS)[number]

/**
 * One thing that a messenger told us, verified and decoded. `eventId` names it however often it is delivered; `address` is
 * the messenger's own name for the chat (a page-scoped id, a business-scoped user id, a chat id, a room). `at` is the
 * messenger's own clock in milliseconds of the Unix epoch, by which a person's events are put in order.
 */
export type Heard = { eventId: string; at: number } & (
  | { kind: 'text'; address: string; text: string; locale: Locale | null }
  /** A button of ours: the random token that we gave it. */
  | { kind: 'press'; address: string; payload: string; locale: Locale | null }
  /** Somebody came by a link that starts on our own page. `name` is how the messenger calls them, for that page only. */
  | { kind: 'start'; address: string; code: string; name: string | null; locale: Locale | null }
  /** What became of something we sent. */
  | { kind: 'receipt'; messageId: string; state: 'delivered' | 'read' | 'failed'; code: string | null }
  /** All that was sent to this address up to an instant was delivered, or read. */
  | { kind: 'watermark'; address: string; state: 'delivered' | 'read'; until: number }
  /** They no longer want to hear from us there, or want to again. */
  | { kind: 'blocked' | 'unblocked'; address: string }
  /** The messenger calls the same person by another name from now on. */
  | { kind: 'renamed'; address: string; newAddress: string }
  /** Something that asks nothing of us, by its kind: a reaction, a sticker, an echo of our own words. */
  | { kind: 'passed-by'; what: string; address: string | null }
)

/**
 * A notice in the reader's language, as a public messenger is handed it: fixed sentences of ours, a link under our own
 * address, and buttons with random tokens. There is no field for anything of a person's.
 */
export type WrittenNotice = {
  /** Which of our sentences it is; absent where it is not one of them alone. */
  key?: NoticeKey
  text: string
  link: { label: string; href: string } | null
  buttons: readonly { label: string; payload: string }[]
  locale: Locale
}

/**
 * How a sending ended. Of one that failed: `retry` when the same may go through later (not before `retryAfterMs`, when the
 * messenger said so); `fall-back` when this messenger will not take it and another must; `until-heard` when it takes nothing of
 * the kind there before the person wrote again (outside the window, no template); `gone` when the person blocked us or is no
 * longer there; `tell-operator` when only a human can mend it (a dead token, a restricted page). `code` is the messenger's own
 * code, and never its message, which may quote what was sent.
 */
export type Sent =
  | { ok: true; messageId: string }
  | { ok: false; why: FailureWhy; code: string; retryAfterMs?: number }
export type FailureWhy = 'retry' | 'fall-back' | 'until-heard' | 'gone' | 'tell-operator'

/**
 * What every public messenger can do. The one way out: `notice` is all that it can be handed. Never throws for what the
 * messenger or the network did: that is a `Sent`.
 */
export type MessengerDoor = {
  readonly id: MessengerId
  /** What a code means that came with the news that a message failed. Where the messenger's codes come by answers alone: absent. */
  whyFailed?(code: string): FailureWhy
  /** The address that a person opens to start, with the code in it; null where the code is typed. */
  startUrl(code: string): string | null
  /** Whether there is something to tap. Where there is not, what is offered is answered by a number or by its words. */
  readonly hasButtons?: false
  /** Whom the code is sent to there, where it is typed: the name to look for, and an address that opens the chat. */
  readonly contact?: { name: string; url: string }
  /** How long this process cannot speak to the messenger, since another does; null when it can. */
  waitMs?(): number | null
  send(
    to: string,
    notice: WrittenNotice,
    options: {
      /** The same key is the same message, also after a crash: for messengers that know such keys. */
      idempotencyKey: string
      /** When the person last wrote or tapped there, in milliseconds; null when never. */
      lastHeardAt: number | null
      urgency: 'alert' | 'answer' | 'news'
    },
  ): Promise<Sent>
}

/** How far a verification is. `comparing`: the same seven pictures are shown here and there, by their place in the table. */
export type Verification =
  | { state: 'waiting' | 'done' | 'ended' }
  | { state: 'comparing'; pictures: readonly number[] }

/** A messenger whose chat can be private: Matrix alone. No other door has a place for the words of an answer. */
export type PrivateDoor = MessengerDoor & {
  /** Whether the chat of somebody there can ever be private: whoever runs their homeserver is somebody that the operator trusts. */
  mayBePrivate(to: string): boolean
  /**
   * Says in the chat what `read` gives, when nobody can read it there but who was once verified to be who they say; null when
   * that is not so, and nothing was said. Whose chat it is is not for the door to know: who calls it asks whether that person
   * compared pictures. `read` borrows the answer, and is called only once the chat was found private.
   */
  showPrivately(
    to: string,
    read: () => Promise<string | null>,
    options: { idempotencyKey: string; urgency: 'alert' | 'answer' | 'news' },
  ): Promise<Sent | null>
  /** That the person there is who they say, by pictures compared on our page and in the chat. */
  verification: {
    /** Whether this process can go on with one. */
    isReady(): boolean
    /**
     * Begins one, by whose `name` the others know it; the same name is the same verification, also after a crash. False when
     * they have no identity to verify, or no room. Throws what kept it from being sent.
     */
    ask(to: string, name: string): Promise<boolean>
    /** `ended` for one that is not known here. */
    advance(to: string, name: string): Promise<Verification>
    conclude(to: string, name: string, isSame: boolean): Promise<void>
  }
}

export const isPrivateDoor = (door: MessengerDoor): door is PrivateDoor => 'showPrivately' in door

/**
 * The way in of a messenger that calls us. What it read is put by before it is answered, and worked afterwards.
 * `http` mounts it at /webhooks/<messenger>.
 */
export type WebhookDoor = {
  readonly id: MessengerId
  /** The text that proves to the messenger that this address is ours; null when its word is not the one agreed on. */
  challenge(query: Readonly<Record<string, string | undefined>>): string | null
  /** Checks the bytes as they came, then reads them. Throws `webhook-unsigned` and `webhook-unreadable`. */
  read(headers: Readonly<Record<string, string | string[] | undefined>>, body: Buffer): Heard[]
  /** The header that carries its proof: what comes without it is a stranger's, and no sign that the messenger fails. */
  readonly proofHeader: string
  /** Shows in the chat that a button was heard, where the messenger waits for that. Whether it arrives matters to nothing. */
  acknowledge?(eventId: string): Promise<void>
}

import type { Locale } from '#kit'
import type { LoanBase } from '#vault'
import type { Answer } from './answer.ts'
import type { NoticeKey } from './words/notices.ts'

/**
 * Takes an answer to the person. `loan` is the one it was drawn from, still open: what the channel keeps of the answer
 * commits with it, sealed by it. Null when the answer holds no figure. One question may be answered in several messages.
 */
export type Deliver<T> = (answer: Answer, loan: LoanBase | null) => Promise<T>

/** A channel that only the person and the bank's side can read: our own page, or a verified end-to-end encrypted room. */
export type PrivateChannel<T> = { readonly trust: 'private'; show: Deliver<T> }

/** A channel that a third party carries. It cannot be handed an answer: what it takes has no field for a figure. */
export type PublicChannel = {
  readonly trust: 'public'
  notify(personId: string, notice: Notice, locale: Locale): Promise<void>
}

/** A random, single-use token under our own address: it says nothing by itself, and opens only for the person. */
export type SealedLink = { readonly href: string }

/** A button whose payload is a random token; `key` is one of our own fixed words. */
export type OpaqueAction = { readonly key: NoticeKey; readonly token: string }

/** All that a public channel can say: a sentence of our catalogue, a link, and buttons that name no intent. */
export type Notice = {
  readonly key: NoticeKey
  readonly link: SealedLink
  readonly actions: readonly OpaqueAction[]
}

import { NOTICES, type NoticeKey, type Question, understand } from '#conversation'
import { type Clock, Fault, type Locale, MINUTE } from '#kit'
import type { People, Person } from '#people'
import type { MessageJson } from '../../http/api.ts'
import type { Along } from '../web/exchange.ts'
import { CARRIED_LENGTH_MAX } from '../web/words-in.ts'
import { type Address, type Addresses, CODE } from './addresses.ts'
import type { Heard, MessengerId, WrittenNotice } from './door.ts'
import type { Limits } from './limits.ts'
import type { Outbox } from './outbox.ts'
import type { Offered, TokensOut } from './tokens-out.ts'
import { chosenOf, writeMatch, writeNotice } from './written.ts'

/** What the messengers need of the conversation; the web chat fills it. */
export type Talk = {
  /** Answers a person's words, once for each `told`: throws `already-done` for what was heard before. */
  hear(
    personId: string,
    text: string,
    reader: { locale: Locale; timeZone: string },
    told: string,
    along?: Along,
  ): Promise<MessageJson[]>
  /** Answers what is left of words that were heard before. */
  goOn(personId: string, reader: { locale: Locale; timeZone: string }, told: string): Promise<void>
  /** Whether somebody at a bank reads what the person writes, or is waited for. */
  isHandedOver(personId: string): Promise<boolean>
  /** The answers to words that were heard before; null when they were not. */
  repliesTo(personId: string, told: string): Promise<string[] | null>
  message(personId: string, messageId: string): Promise<MessageJson | null>
  /** Who `isSure` is not asked once more. */
  act(
    personId: string,
    token: string,
    reader: { locale: Locale; timeZone: string },
    chosen: readonly string[],
    options: { isSure: boolean; along?: Along },
  ): Promise<MessageJson[]>
  /** Whether the bank was told to block the card that these messages ask about, and that stands. */
  isBlocking(personId: string, messageIds: readonly string[]): Promise<boolean>
}

/** Messages as their person's own page shows them; those that are gone are left out. */
export async function readMessages(
  talk: Pick<Talk, 'message'>,
  personId: string,
  ids: readonly string[],
): Promise<MessageJson[]> {
  const found: MessageJson[] = []
  for (const id of ids) {
    const message = await talk.message(personId, id)
    if (message) found.push(message)
  }
  return found
}

/** What was said to a person, of what an exchange wrote. */
const answersIn = (messages: readonly MessageJson[]): string[] =>
  messages.filter(({ from }) => from !== 'person').map(({ id }) => id)

/** Words that are heard however many came before them: they make somebody safer or quieter, or reach a person. */
const URGENT: ReadonlySet<Question['kind']> = new Set(['freeze-card', 'human', 'dispute', 'stop', 'start'])

/** What is longer than the conversation takes at once is heard part by part: none of it is lost to whoever reads along. */
function partsOf(text: string): string[] {
  const parts: string[] = []
  let rest = text
  while (rest.length > CARRIED_LENGTH_MAX) {
    const space = rest.lastIndexOf(' ', CARRIED_LENGTH_MAX)
    let end = space > 0 ? space : CARRIED_LENGTH_MAX
    // A character of two halves stays whole.
    if (/[\ud800-\udbff]/.test(rest[end - 1]!)) end--
    parts.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return [...parts, rest]
}

/** What is said to words that ask for nothing to be found out. */
const SAID_TO: Partial<Record<Question['kind'], NoticeKey>> = {
  greeting: 'hello',
  help: 'hello',
  stop: 'stopped',
  start: 'started',
}

/** What people send instead of words, as each messenger calls it; also what a messenger does not show to us. */
const NO_WORDS: ReadonlySet<string> = new Set([
  ...[
    'image',
    'photo',
    'live_photo',
    'video',
    'video_note',
    'animation',
    'reel',
    'ig_reel',
    'story',
    'sticker',
  ],
  ...['audio', 'voice', 'file', 'document', 'paid_media', 'location', 'venue', 'contact', 'contacts', 'poll'],
  ...['dice', 'game', 'checklist', 'order', 'rich_message', 'fallback', 'template', 'message', 'unsupported'],
])

/** What is done about one thing that a messenger told us. */
export function createHear(needs: {
  people: People
  addresses: Addresses
  outbox: Outbox
  tokens: TokensOut
  talk: Talk
  limits: Limits
  hasButtons(messenger: MessengerId): boolean
  /** Says something at a chat that is nobody's yet. False when there is no room there just now, or the messenger is away. */
  sayTo(messenger: MessengerId, to: string, notice: WrittenNotice, key: string): Promise<boolean>
  sql: Parameters<Outbox['put']>[0] & Parameters<People['find']>[0]
  clock: Clock
}) {
  const { people, addresses, outbox, tokens, talk, limits, sql, clock } = needs

  /** Something came from a chat: its messenger takes again what waited for that. */
  async function heardFrom(address: Address, at: number): Promise<void> {
    await addresses.heard(address, at)
    await outbox.reopen(address)
  }

  /** `key` makes it the same notice however often the event is worked. */
  async function say(
    address: Address,
    notice: NoticeKey,
    key: string,
    messageIds: readonly string[] = [],
  ): Promise<void> {
    const { personId, id: addressId } = address
    await outbox.put(sql, {
      personId,
      cause: `heard|${key}`,
      notice,
      urgency: 'answer',
      messageIds,
      addressId,
    })
  }

  async function sayToStranger(
    messenger: MessengerId,
    to: string,
    notice: NoticeKey,
    locale: Locale,
    key: string,
  ): Promise<boolean> {
    const written = writeNotice(notice, { locale, wording: 'plain', href: null })
    return await needs.sayTo(messenger, to, written, key)
  }

  async function start(
    messenger: MessengerId,
    heard: Heard & { kind: 'start' },
    key: string,
  ): Promise<boolean> {
    const { address: to, code, name } = heard
    const known = await addresses.ofChat(messenger, to)
    if (known) await heardFrom(known, heard.at)
    const person = known && (await people.find(sql, known.personId))
    const locale = heard.locale ?? person?.locale ?? 'en'
    const claimed = CODE.test(code) ? await addresses.claim(messenger, to, code, name) : null
    if (!claimed) return await sayToStranger(messenger, to, 'code-not-good', locale, key)
    const owner = await people.find(sql, claimed.personId)
    return await needs.sayTo(messenger, to, writeMatch(claimed.digits, owner?.locale ?? locale), key)
  }

  /** The ids of what answers some words, whether they are heard now or were before; null when there is nothing to read in them. */
  async function answersTo(
    personId: string,
    words: string,
    reader: { locale: Locale; timeZone: string },
    told: string,
    along?: Along,
  ): Promise<string[] | null> {
    if ((await talk.repliesTo(personId, told)) === null)
      try {
        return answersIn(await talk.hear(personId, words, reader, told, along))
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        if (error.code === 'request-malformed') return null
        if (error.code !== 'already-done' || (await talk.repliesTo(personId, told)) === null) throw error
      }
    // Heard before, or by another process just now, and maybe not answered to the end.
    await talk.goOn(personId, reader, told)
    return (await talk.repliesTo(personId, told)) ?? []
  }

  async function text(
    address: Address,
    words: string,
    key: string,
    { at = clock.now(), along }: { at?: number; along?: Along } = {},
  ): Promise<void> {
    const person = await people.find(sql, address.personId)
    if (!person || person.erasedAt !== null) return
    const told = `heard|${key}`
    const reader = { locale: person.locale, timeZone: person.timeZone }
    const { kind } = understand(words, { now: clock.now(), ...reader })
    if (
      !limits.mayBeHeard(address.id, { key, at }) &&
      !URGENT.has(kind) &&
      (await talk.repliesTo(person.id, told)) === null &&
      !(await talk.isHandedOver(person.id))
    ) {
      await say(address, 'too-many', `flood|${address.id}|${Math.floor(clock.now() / MINUTE)}`)
      return
    }
    const answers: (string[] | null)[] = []
    for (const [n, part] of partsOf(words).entries())
      answers.push(
        n === 0
          ? await answersTo(person.id, part, reader, told, along)
          : await answersTo(person.id, part, reader, `heard|${n}|${key}`),
      )
    if (answers.every((one) => one === null)) return await say(address, 'write-instead', key)
    const ids = answers.flatMap((one) => one ?? [])
    if (ids.length === 0) return
    await say(address, SAID_TO[kind] ?? 'answer-ready', key, ids)
  }

  /** A tap, which does its button's work once: another one finds it used, and fresh ones beside that. */
  async function press(address: Address, token: string, key: string): Promise<void> {
    const { personId } = address
    const person = await people.find(sql, personId)
    const pressed = await tokens.findButton(personId, address.id, token)
    if (!person) return
    if (!pressed) return await say(address, 'button-over', key)
    if (!(await use(address, person, pressed, key))) await say(address, 'button-used', key)
  }

  /** What was chosen is done, once. False when it was before, and there is nothing to say of that. */
  async function use(address: Address, person: Person, chosen: Offered, key: string): Promise<boolean> {
    const { does, messageIds, usedBy } = chosen
    if (usedBy === null || usedBy === key)
      await choose(address, person, chosen, key, (tx) => tokens.spend(tx, chosen, key))
    else if (does === 'block-card' && (await talk.isBlocking(address.personId, messageIds)))
      await say(address, 'blocking', key, messageIds)
    else return false
    return true
  }

  /**
   * What a button does. One of a public chat does the safe thing only: it blocks the card that was asked about, whatever else it
   * could do, or asks what its label says. Its label says that it blocks, so nobody is asked once more; and that the card is being
   * blocked is said only where the bank was told so: it may have no card, or the question be answered or its consent over.
   */
  async function choose(
    address: Address,
    person: Person,
    pressed: Offered,
    key: string,
    along: Along,
  ): Promise<void> {
    const { personId } = address
    if (pressed.does !== 'block-card')
      return await text(address, NOTICES[pressed.does][person.locale], key, { along })
    const said: string[] = []
    const how = { isSure: true, along }
    for (const message of await readMessages(talk, personId, pressed.messageIds))
      for (const action of message.actions) {
        if (action.style !== 'danger' || !('token' in action)) continue
        try {
          said.push(...answersIn(await talk.act(personId, action.token, person, [], how)))
        } catch (error) {
          if (!(error instanceof Fault && error.code === 'already-done')) throw error
        }
      }
    // What this tap did before it was interrupted is there to look at, too.
    const isDone = said.length > 0 || pressed.usedBy === key
    const otherwise = isDone ? 'please-look-now' : 'button-over'
    const notice = (await talk.isBlocking(personId, pressed.messageIds)) ? 'blocking' : otherwise
    await say(address, notice, key, [...pressed.messageIds, ...said])
  }

  /**
   * Where there are no buttons, what was offered last is answered by its number or its words, once. False when it is no such
   * answer: words that were chosen before are words like others.
   */
  async function chooseByWords(address: Address, words: string, key: string): Promise<boolean> {
    const { personId, id } = address
    const offered = await tokens.offeredLast(personId, id, `heard|${key}`)
    const does = chosenOf(
      words,
      offered.map((one) => one.does),
    )
    const chosen = offered.find((one) => one.does === does)
    const person = chosen && (await people.find(sql, personId))
    if (!person) return false
    if (await use(address, person, chosen, key)) return true
    if (!/\d/.test(words)) return false
    await say(address, 'button-used', key)
    return true
  }

  /** True when it is dealt with; false when it should be looked at again in a moment. */
  return async function hear(
    messenger: MessengerId,
    heard: Exclude<Heard, { kind: 'receipt' }>,
    eventHash: string,
  ): Promise<boolean> {
    const key = `${messenger}|${eventHash}`
    if (heard.address === null) return true
    if (heard.kind === 'start' || (heard.kind === 'text' && CODE.test(heard.text.trim()))) {
      const code = heard.kind === 'start' ? heard.code : heard.text.trim()
      const name = heard.kind === 'start' ? heard.name : null
      return await start(messenger, { ...heard, kind: 'start', code, name }, key)
    }
    const address = await addresses.ofChat(messenger, heard.address)
    if (!address) {
      if (
        (heard.kind === 'text' || heard.kind === 'press') &&
        limits.mayBeHeard(`${messenger}|${heard.address}`, { key, at: heard.at })
      )
        return await sayToStranger(messenger, heard.address, 'not-linked', heard.locale ?? 'en', key)
      return true
    }
    switch (heard.kind) {
      case 'text':
        await heardFrom(address, heard.at)
        if (!needs.hasButtons(messenger) && (await chooseByWords(address, heard.text, key))) return true
        await text(address, heard.text, key, { at: heard.at })
        return true
      case 'press':
        await heardFrom(address, heard.at)
        await press(address, heard.payload, key)
        return true
      case 'watermark':
        await outbox.watermark(address, heard.until)
        return true
      case 'blocked':
        // Told late: whoever wrote since then is there again.
        if (heard.at >= (address.heardAt ?? heard.at)) await addresses.setState(address, 'blocked')
        return true
      case 'unblocked':
        await addresses.setState(address, 'live')
        return true
      // Whoever has the new name has not shown that they are the same person: they link it again.
      case 'renamed':
        await addresses.unlink(address.personId, address.id)
        return true
      case 'passed-by':
        // Whatever somebody sends opens the messenger's window, so that they can be answered.
        if (NO_WORDS.has(heard.what) || heard.what === 'reaction') await heardFrom(address, heard.at)
        // Twenty pictures at once are answered by one sentence.
        if (NO_WORDS.has(heard.what))
          await say(address, 'write-instead', `no-words|${address.id}|${Math.floor(heard.at / MINUTE)}`)
        return true
    }
  }
}

import PostalMime, { type Email } from 'postal-mime'
import { isOurs, isOwnLink } from '../messengers/our-words.ts'
import { htmlOf, textOf, type WrittenMail } from './write-mail.ts'

/** Every header that we write. */
const HEADERS: ReadonlySet<string> = new Set([
  ...['from', 'to', 'subject', 'message-id', 'date', 'mime-version', 'content-type'],
  ...['auto-submitted', 'list-unsubscribe'],
])

/**
 * The last look at a mail, at the bytes as they will leave: read as a reader's program reads them, they must be fixed
 * sentences of ours, a link of ours, and nothing else. Says what is wrong without repeating it; null when nothing is.
 */
export async function findLeakInMail(
  raw: Buffer,
  written: WrittenMail,
  { from, to, publicUrl }: { from: string; to: string; publicUrl: URL },
): Promise<string | null> {
  const mail = await PostalMime.parse(raw)
  if (mail.attachments.length > 0) return 'something attached'
  const strange = mail.headers.find(({ key }) => !HEADERS.has(key))
  if (strange) return 'a header that is none of ours'
  if (mail.from?.address !== from || mail.to?.length !== 1 || mail.to[0]?.address !== to)
    return 'another sender or receiver'
  if (!/^<[0-9a-f]{64}@[\w.-]+>$/.test(mail.messageId ?? '')) return 'a name of the mail that is none'
  if (header(mail, 'auto-submitted') !== 'auto-generated') return 'a mark that is none of ours'
  const unsubscribe = header(mail, 'list-unsubscribe')
  const page = `<${new URL('/messengers', publicUrl).href}>`
  if (unsubscribe !== (written.isUnasked ? page : null)) return 'an address of others'
  if (!isOurs(mail.subject ?? '', publicUrl)) return 'a subject that is none of ours'
  if (!isOurs(mail.text ?? '', publicUrl)) return 'words that are none of ours'
  if (written.link && !isOwnLink(written.link.href, publicUrl)) return 'a link that is none of ours'
  // The other form says the same, by what makes it of what was just looked at.
  if (same(mail.text) !== same(textOf(written)) || same(mail.html) !== same(htmlOf(written)))
    return 'two forms that say different things'
  return null
}

const header = (mail: Email, key: string): string | null =>
  mail.headers.find((header) => header.key === key)?.value ?? null

/** A mail's lines end as its transport likes. */
const same = (text: string | undefined): string => (text ?? '').replaceAll('\r\n', '\n').trim()

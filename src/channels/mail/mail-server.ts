import { createTransport } from 'nodemailer'
import { SECOND, type Secret } from '#kit'
import type { Sent } from '../messengers/door.ts'
import { refuseLeak } from '../messengers/scanner.ts'
import { findLeakInMail } from './look-at-mail.ts'
import { htmlOf, textOf, type WrittenMail } from './write-mail.ts'

const CONNECT_MS = 10 * SECOND
/** A server may think for a while about whom it accepts, but a warning does not wait for it. */
const SILENCE_MS = 20 * SECOND
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

export type MailServer = ReturnType<typeof createMailServer>

/** How a mail server is spoken to. Without TLS nothing leaves this machine. */
export function transportOf(url: URL) {
  const { protocol, hostname, port, username, password } = url
  const secure = protocol === 'smtps:'
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !LOOPBACK.has(hostname),
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as const
}

/** The mail server of the settings. What it says may quote an address: of its answers only codes are kept. */
export function createMailServer(needs: {
  url: Secret
  from: { name: string | null; address: string }
  publicUrl: URL
}) {
  const { from, publicUrl } = needs
  const transport = createTransport(transportOf(new URL(needs.url.reveal())))
  // Writes the bytes without sending them: they are looked at first.
  const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })

  async function write(to: string, mail: WrittenMail, key: string): Promise<Buffer> {
    const { message } = await writer.sendMail({
      from: from.name === null ? from.address : { name: from.name, address: from.address },
      to,
      subject: mail.subject,
      text: textOf(mail),
      html: htmlOf(mail),
      // One that is sent again after a crash has the same name, by which a mailbox may know it.
      messageId: `<${key}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
      ...(mail.isUnasked && { list: { unsubscribe: { url: new URL('/messengers', publicUrl).href } } }),
      xMailer: false,
    })
    return message as Buffer
  }

  return {
    /**
     * Sends one mail. `ok` is that the server accepted it, never that somebody read it. Throws `notice-refused` when the
     * last look found what must not leave.
     */
    async send(to: string, mail: WrittenMail, key: string): Promise<Sent> {
      const raw = await write(to, mail, key)
      refuseLeak(await findLeakInMail(raw, mail, { from: from.address, to, publicUrl }))
      try {
        await transport.sendMail({ envelope: { from: from.address, to }, raw })
        return { ok: true, messageId: key }
      } catch (error) {
        return whatFailed(error)
      }
    },

    /** Whether the server answers and lets us in; null, or its code when it does not. */
    async try(): Promise<string | null> {
      try {
        await transport.verify()
        return null
      } catch (error) {
        return (whatFailed(error) as Extract<Sent, { ok: false }>).code
      }
    },
  }
}

/** RFC 5321, 4.2 and RFC 3463: by the reply's number, and by the enhanced one where a bare 550 could mean several things. */
function whatFailed(error: unknown): Sent {
  const { responseCode, response, code, command } = error as {
    responseCode?: number
    response?: string
    code?: string
    command?: string
  }
  if (code === 'EAUTH') return { ok: false, why: 'tell-operator', code: `smtp-${responseCode ?? 'auth'}` }
  if (responseCode === undefined)
    return { ok: false, why: code === 'ETLS' ? 'tell-operator' : 'retry', code: code ?? 'smtp' }
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1] ?? null
  const named = `smtp-${responseCode}${enhanced === null ? '' : `-${enhanced}`}`
  if (responseCode < 500) return { ok: false, why: 'retry', code: named }
  if (command !== 'RCPT TO') return { ok: false, why: 'tell-operator', code: named }
  const isGone = enhanced === null ? [550, 551, 553].includes(responseCode) : /^5\.(1|2\.1)/.test(enhanced)
  if (isGone) return { ok: false, why: 'gone', code: named }
  // A mailbox that is full is full for now; anything else is the server's opinion of us.
  const isFull = responseCode === 552 || enhanced === '5.2.2'
  return { ok: false, why: isFull ? 'fall-back' : 'tell-operator', code: named }
}

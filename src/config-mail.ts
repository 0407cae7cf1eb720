import { z } from 'zod'
import { Fault, Secret } from '#kit'
import { setting } from './config-setting.ts'

/** A name without what a header would read otherwise, and an address; or the address alone. */
const FROM = /^(?:([^<>"\p{Cc}]{1,64}) <([^<>\s]+)>|([^<>\s]+))$/u

/** The settings of the e-mail rung, which is on when both are set. */
export const MAIL_SETTINGS = {
  GUICHET_SMTP_URL: setting(
    {
      says: 'The mail server that warnings leave by when nothing else reached a person. It learns their address, and that something waits for them here.',
      accepts:
        'smtps://user:password@host:port, or smtp:// for STARTTLS, without which nothing is sent but to this machine',
      standard: 'none: no mail is sent',
      secret: true,
    },
    z
      .string()
      .refine((text) => URL.canParse(text))
      .refine((text) => {
        const { protocol, hostname, pathname, search, hash } = new URL(text)
        const isBare = (pathname === '' || pathname === '/') && search === '' && hash === ''
        return ['smtp:', 'smtps:'].includes(protocol) && hostname !== '' && isBare
      })
      .transform((text) => new Secret(text)),
  ),
  GUICHET_SMTP_FROM: setting(
    {
      says: 'Whom that mail is from. Its domain must let the server above send for it (SPF, DKIM and DMARC), or it lands among the unwanted.',
      accepts: 'an address, alone or as Guichet <guichet@bank.example>',
      standard: 'none: no mail is sent',
    },
    z
      .string()
      .regex(FROM)
      .transform((text) => {
        const [, name, named, alone] = FROM.exec(text)!
        return { name: name ?? null, address: named ?? alone! }
      })
      .refine(({ address }) => z.email().safeParse(address).success),
  ),
} as const

export type MailSettings = {
  /** Where and with what: never printed. */
  url: Secret
  from: { name: string | null; address: string }
}

/** What the settings say of mail; null when it is off. Throws `setting-wrong` when it is half set. */
export function mailOf(given: {
  GUICHET_SMTP_URL?: Secret | undefined
  GUICHET_SMTP_FROM?: MailSettings['from'] | undefined
}): MailSettings | null {
  const { GUICHET_SMTP_URL: url, GUICHET_SMTP_FROM: from } = given
  if (url && from) return { url, from }
  if (!url && !from) return null
  const missing = url ? 'GUICHET_SMTP_FROM' : 'GUICHET_SMTP_URL'
  throw new Fault('setting-wrong', { detail: `Also set ${missing}, or neither of the two.` })
}

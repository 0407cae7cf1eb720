import { createMailServer } from '#channels'
import type { Settings } from '#config'
import { type Finding, note, right, wrong } from './check.ts'

/** Whether the mail server answers and lets us in; nothing is sent. */
export async function checkMail({ mail, publicUrl }: Settings): Promise<Finding> {
  if (!mail)
    return note(
      'No mail is sent: a warning that reaches nobody otherwise waits for the bank’s people',
      'Set GUICHET_SMTP_URL and GUICHET_SMTP_FROM.',
    )
  const code = await createMailServer({ ...mail, publicUrl }).try()
  if (code === null) return right(`Mail: the server lets ${mail.from.address} in`)
  return wrong(
    `Mail: the server does not let us in (${code})`,
    'Compare GUICHET_SMTP_URL with what the mail server’s keepers gave you; without STARTTLS use smtps://.',
  )
}

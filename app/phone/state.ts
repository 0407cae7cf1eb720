export const MESSENGERS = ['messenger', 'whatsapp', 'telegram'] as const
export type Messenger = (typeof MESSENGERS)[number]

/** `GET /api/phone/MESSENGER` of the simulation. */
export type PhoneState = {
  guichetUrl: string
  lines: PhoneLine[]
  /** JSON, newest first. */
  handed: string[]
}

export type PhoneLine = {
  from: 'me' | 'them'
  at: number
  text: string
  link: { label: string; href: string } | null
  buttons: { label: string; press: string }[]
}

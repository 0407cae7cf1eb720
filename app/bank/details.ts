/** `GET /home` of a simulated bank. */
export type Home = { bank: { id: string; name: string }; guichetUrl: string }

/** `GET /interaction/{uid}/details` of a simulated bank. */
export type Details = {
  bank: { id: string; name: string }
  prompt: 'login' | 'consent'
  locale: 'en' | 'fr'
  client: { name: string }
  /** The customers a newcomer can be, with their demo passwords: only a simulated bank shows them. */
  customers?: { username: string; displayName: string; password: string }[]
  purposes: { id: string; name: string }[]
  accounts: { accountId: string; name: string; numberDisplay: string; kind: string }[]
  durationDays: number
  csrf: string
}

export type Submit = (step: 'login' | 'consent', body: Record<string, unknown>) => Promise<void>

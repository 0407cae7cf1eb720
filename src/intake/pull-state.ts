/** How a link's pulls stand. `nextAt`: when it may be pulled next while its person is away; null when nothing may be read. */
export type PullState = {
  linkId: string
  bankId: string
  pulledAt: number | null
  nextAt: number | null
  failingSince: number | null
  why: string | null
}

/** What came of pulling with the person there. `later`: the bank asked to be left alone until `notBefore`. */
export type Refreshed = PullState & {
  outcome: 'done' | 'under-way' | 'later' | 'failed' | 'not-allowed'
  notBefore: number | null
}

export type BrokenLink = {
  personId: string
  linkId: string
  bankId: string
  since: number
  pulledAt: number | null
  why: string | null
}

/** How a bank's links are doing; counts only. */
export type BankHealth = {
  bankId: string
  links: number
  failing: number
  paused: number
  oldest: number | null
}

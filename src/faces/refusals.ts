import type { Refusal } from '#vault'

/** The person said no, or never said yes: each face has its words for it. */
export class NotAllowed extends Error {
  readonly why: Refusal['why']

  constructor(why: Refusal['why']) {
    super(`the gate said no: ${why}`)
    this.why = why
  }
}

/** The call is an app's own, and this wants one about an access that a person allowed. */
export class NotAboutAnybody extends Error {}

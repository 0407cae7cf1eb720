/** A consent's end is told once, whether the person ended it in the chat or elsewhere. */
export const consentEndedOnce = (grantId: string) => `consent-ended:${grantId}`

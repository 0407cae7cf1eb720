import * as oauth from 'openid-client'
import { Fault } from '#kit'

/** Turns the OAuth library's errors into our faults. Their messages may quote the answer, so only codes are kept. */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault) throw error
    const { cause, code, error: oauthError, status } = error as Record<string, unknown>
    if (cause instanceof Fault) throw cause
    const detail = [code, oauthError, status].filter(
      (part) => typeof part === 'string' || typeof part === 'number',
    )
    if (error instanceof oauth.AuthorizationResponseError) {
      throw new Fault(oauthError === 'access_denied' ? 'link-declined' : 'link-state-wrong', {
        detail: detail.join(' '),
      })
    }
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.WWWAuthenticateChallengeError) {
      throw new Fault('bank-refused', { detail: detail.join(' ') })
    }
    if (WRONG_RETURN.has(String(code))) throw new Fault('link-state-wrong', { detail: String(code) })
    if (error instanceof oauth.ClientError)
      throw new Fault('bank-answer-malformed', { detail: detail.join(' ') })
    throw error
  }
}

/** What the library calls a callback whose state, issuer or parameters are not those expected. */
const WRONG_RETURN = new Set(['OAUTH_INVALID_RESPONSE', 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'])

import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { z } from 'zod'
import { Fault } from '#kit'
import { parse } from './parse.ts'

/** A passkey as it is kept. */
export type KeptPasskey = {
  credential_id: string
  public_key: Buffer
  counter: number
  transports: string[]
}

// The shapes are checked by the WebAuthn library, field by field; here only that it is an object with an id.
const Response = z.looseObject({ id: z.string().regex(/^[\w-]{1,1024}$/) })

/** The ceremonies of WebAuthn Level 3 for one site, whoever's passkeys they are about. */
export function createPasskeys(publicUrl: URL) {
  const rpID = publicUrl.hostname
  const expected = { expectedOrigin: publicUrl.origin, expectedRPID: rpID, requireUserVerification: true }

  return {
    /** Throws `request-malformed` unless it has the shape of an authenticator's answer. */
    credentialIdOf: (given: unknown): string => parse(Response, given).id,

    registrationOptions: (userId: string, userName: string, existing: readonly KeptPasskey[]) =>
      generateRegistrationOptions({
        rpName: 'Guichet',
        rpID,
        userName,
        userID: new Uint8Array(Buffer.from(userId)),
        attestationType: 'none',
        excludeCredentials: existing.map((row) => ({ id: row.credential_id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      }),

    /** The passkey that an authenticator made. Throws `request-malformed`. */
    async register(given: unknown, challenge: string): Promise<KeptPasskey> {
      const response = parse(Response, given) as unknown as RegistrationResponseJSON
      const result = await verifyRegistrationResponse({
        response,
        expectedChallenge: challenge,
        ...expected,
      }).catch((cause: unknown) => {
        throw new Fault('request-malformed', { cause })
      })
      if (!result.verified) throw new Fault('request-malformed')
      const { credential } = result.registrationInfo
      return {
        credential_id: credential.id,
        public_key: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
      }
    },

    // No credential list: the browser offers the passkeys it has, and a stranger learns nothing about who exists here.
    loginOptions: () => generateAuthenticationOptions({ rpID, userVerification: 'required' }),

    /** The passkey's new counter. Throws `not-signed-in`. */
    async login(given: unknown, challenge: string, kept: KeptPasskey): Promise<number> {
      const response = parse(Response, given) as unknown as AuthenticationResponseJSON
      const result = await verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        ...expected,
        credential: {
          id: kept.credential_id,
          publicKey: new Uint8Array(kept.public_key),
          counter: kept.counter,
          transports: kept.transports as never,
        },
      }).catch((cause: unknown) => {
        throw new Fault('not-signed-in', { cause })
      })
      if (!result.verified) throw new Fault('not-signed-in')
      return result.authenticationInfo.newCounter
    },
  }
}

import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Fault, MINUTE } from '#kit'
import type { HttpNeeds } from './needs.ts'
import { parse } from './parse.ts'
import { requireOwnPage, type sessionCookie, steppedUp } from './security.ts'
import type { Session, Sessions } from './sessions.ts'

const CHALLENGE_MS = 5 * MINUTE

type PasskeyRow = {
  person_id: string
  credential_id: string
  public_key: Buffer
  counter: number
  transports: string[]
}

// The shapes are checked by the WebAuthn library, field by field; here only that it is an object with an id.
const Response = z.looseObject({ id: z.string().regex(/^[\w-]{1,1024}$/) })

/** Passkeys (WebAuthn Level 3): add one to a person, and sign in with one. */
export function addPasskeyRoutes(
  server: FastifyInstance,
  needs: HttpNeeds & { sessions: Sessions; cookie: ReturnType<typeof sessionCookie> },
): void {
  const { sql, sessions, cookie, publicUrl, clock } = needs
  const ownPage = requireOwnPage(publicUrl, sessions)
  const rpID = publicUrl.hostname
  const expected = { expectedOrigin: publicUrl.origin, expectedRPID: rpID, requireUserVerification: true }

  async function keepChallenge(
    session: Session,
    kind: 'register' | 'login',
    challenge: string,
  ): Promise<void> {
    await sql.query(
      `insert into web.challenge (session_hash, kind, challenge, created_at) values ($1, $2, $3, $4)
       on conflict (session_hash, kind) do update set challenge = $3, created_at = $4`,
      [session.hash, kind, challenge, clock.now()],
    )
  }

  async function takeChallenge(session: Session, kind: 'register' | 'login'): Promise<string> {
    const [row] = await sql.query<{ challenge: string }>(
      `delete from web.challenge where session_hash = $1 and kind = $2 and created_at > $3 returning challenge`,
      [session.hash, kind, clock.now() - CHALLENGE_MS],
    )
    if (!row) throw new Fault('request-malformed', { detail: 'no challenge under way' })
    return row.challenge
  }

  server.post('/api/passkeys/register/options', { preHandler: ownPage }, async (request) => {
    const session = steppedUp(request)
    const existing = await sql.query<PasskeyRow>(`select * from web.passkey where person_id = $1`, [
      session.personId,
    ])
    const options = await generateRegistrationOptions({
      rpName: 'Guichet',
      rpID,
      userName: 'Guichet',
      userID: new Uint8Array(Buffer.from(session.personId)),
      attestationType: 'none',
      excludeCredentials: existing.map((row) => ({ id: row.credential_id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    await keepChallenge(session, 'register', options.challenge)
    return options
  })

  server.post('/api/passkeys/register/verify', { preHandler: ownPage }, async (request, reply) => {
    const session = steppedUp(request)
    const response = parse(Response, request.body) as unknown as RegistrationResponseJSON
    const challenge = await takeChallenge(session, 'register')
    const result = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      ...expected,
    }).catch((cause: unknown) => {
      throw new Fault('request-malformed', { cause })
    })
    if (!result.verified) throw new Fault('request-malformed')
    const { credential } = result.registrationInfo
    // An authenticator that says the name of another's passkey does not take its place.
    const added = await sql.query(
      `insert into web.passkey (person_id, credential_id, public_key, counter, transports, created_at)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning 1`,
      [
        session.personId,
        credential.id,
        Buffer.from(credential.publicKey),
        credential.counter,
        credential.transports ?? [],
        clock.now(),
      ],
    )
    if (added.length === 0) throw new Fault('already-done')
    return await reply.code(204).send()
  })

  server.post('/api/passkeys/login/options', { preHandler: ownPage }, async (request) => {
    // No credential list: the browser offers the passkeys it has, and a stranger learns nothing about who exists here.
    const options = await generateAuthenticationOptions({ rpID, userVerification: 'required' })
    await keepChallenge(request.session!, 'login', options.challenge)
    return options
  })

  server.post('/api/passkeys/login/verify', { preHandler: ownPage }, async (request, reply) => {
    const session = request.session!
    const response = parse(Response, request.body) as unknown as AuthenticationResponseJSON
    const challenge = await takeChallenge(session, 'login')
    const [row] = await sql.query<PasskeyRow>(`select * from web.passkey where credential_id = $1`, [
      response.id,
    ])
    if (!row) throw new Fault('not-signed-in')
    const result = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      ...expected,
      credential: {
        id: row.credential_id,
        publicKey: new Uint8Array(row.public_key),
        counter: row.counter,
        transports: row.transports as never,
      },
    }).catch((cause: unknown) => {
      throw new Fault('not-signed-in', { cause })
    })
    if (!result.verified) throw new Fault('not-signed-in')
    await sql.query(`update web.passkey set counter = greatest(counter, $2) where credential_id = $1`, [
      row.credential_id,
      result.authenticationInfo.newCounter,
    ])
    cookie.write(reply, await sessions.rotate(session, row.person_id, true))
    return await reply.code(204).send()
  })
}

import type { FastifyInstance } from 'fastify'
import { Fault, MINUTE } from '#kit'
import type { HttpNeeds } from './needs.ts'
import { createPasskeys, type KeptPasskey } from './passkeys.ts'
import { requireOwnPage, type sessionCookie, steppedUp } from './security.ts'
import type { Session, Sessions } from './sessions.ts'

const CHALLENGE_MS = 5 * MINUTE

type PasskeyRow = KeptPasskey & { person_id: string }

/** Passkeys (WebAuthn Level 3): add one to a person, and sign in with one. */
export function addPasskeyRoutes(
  server: FastifyInstance,
  needs: HttpNeeds & { sessions: Sessions; cookie: ReturnType<typeof sessionCookie> },
): void {
  const { sql, sessions, cookie, publicUrl, clock } = needs
  const ownPage = requireOwnPage(publicUrl, sessions)
  const passkeys = createPasskeys(publicUrl)

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
    const options = await passkeys.registrationOptions(session.personId, 'Guichet', existing)
    await keepChallenge(session, 'register', options.challenge)
    return options
  })

  server.post('/api/passkeys/register/verify', { preHandler: ownPage }, async (request, reply) => {
    const session = steppedUp(request)
    // What is no answer of an authenticator uses up no challenge.
    passkeys.credentialIdOf(request.body)
    const made = await passkeys.register(request.body, await takeChallenge(session, 'register'))
    // An authenticator that says the name of another's passkey does not take its place.
    const added = await sql.query(
      `insert into web.passkey (person_id, credential_id, public_key, counter, transports, created_at)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning 1`,
      [session.personId, made.credential_id, made.public_key, made.counter, made.transports, clock.now()],
    )
    if (added.length === 0) throw new Fault('already-done')
    return await reply.code(204).send()
  })

  server.post('/api/passkeys/login/options', { preHandler: ownPage }, async (request) => {
    const options = await passkeys.loginOptions()
    await keepChallenge(request.session!, 'login', options.challenge)
    return options
  })

  server.post('/api/passkeys/login/verify', { preHandler: ownPage }, async (request, reply) => {
    const session = request.session!
    const id = passkeys.credentialIdOf(request.body)
    const challenge = await takeChallenge(session, 'login')
    const [row] = await sql.query<PasskeyRow>(`select * from web.passkey where credential_id = $1`, [id])
    if (!row) throw new Fault('not-signed-in')
    const counter = await passkeys.login(request.body, challenge, row)
    await sql.query(`update web.passkey set counter = greatest(counter, $2) where credential_id = $1`, [
      row.credential_id,
      counter,
    ])
    cookie.write(reply, await sessions.rotate(session, row.person_id, true))
    return await reply.code(204).send()
  })
}

import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { Act } from '#consent'
import { type Clock, Fault, SECOND } from '#kit'
import type { Access, Asked, Reader, Readers } from '#readers'
import type { AppAllowed } from '#vault'
import { askedByFdx, fdxConsentOf, ukConsentIdOf } from './consent-request.ts'
import { SCOPE } from './provider.ts'

/** What a person is asked, on our own page. */
export type AppQuestion = { reader: Pick<Reader, 'id' | 'name'>; returnsTo: string; asked: Asked }

/** What they answered: the accounts they ticked at each of their links, until when; null is a no. */
export type AppAnswer = {
  personId: string
  chosen: { accounts: AppAllowed['accounts']; until: number; act: Act } | null
}

type Found = {
  interaction: Awaited<ReturnType<Provider['interactionDetails']>>
  reader: Reader
  asked: Asked
  /** The request that was lodged beforehand, as the UK standard does; in FDX it comes with the authorization request. */
  lodged: Access | null
}

/** A yes that is sent twice is about one access: its id follows from the request's. */
const accessIdOf = (uid: string) =>
  `acs_${createHash('sha256').update(`fdx/${uid}`).digest('base64url').slice(0, 22)}`

export type Decisions = ReturnType<typeof createDecisions>

/** The moment at which a person decides about an app: what it asked for, and where the browser goes with the answer. */
export function createDecisions(needs: {
  provider: Provider
  readers: Pick<Readers, 'registry' | 'accesses'>
  audience: string
  clock: Clock
}) {
  const { provider, readers, audience, clock } = needs
  const { registry, accesses } = readers

  /** The request that this browser brought, when it is the one in the address. Throws `app-request-over`. */
  async function find(request: IncomingMessage, response: ServerResponse, uid: string): Promise<Found> {
    const interaction = await provider.interactionDetails(request, response).catch(() => null)
    if (interaction?.uid !== uid) throw new Fault('app-request-over')
    const reader = await registry.find(String(interaction.params.client_id))
    if (!reader) throw new Fault('app-request-over')
    const fdx = fdxConsentOf(interaction.params)
    const ukConsentId = ukConsentIdOf(interaction.params)
    if (fdx && ukConsentId === null && reader.faces.includes('fdx'))
      return { interaction, reader, asked: askedByFdx(fdx, clock.now()), lodged: null }
    const lodged = ukConsentId === null ? null : await accesses.find(ukConsentId)
    // Another app's request, or one that was answered before, is as good as none.
    if (fdx || lodged?.readerId !== reader.id || lodged.state !== 'asked') throw new Fault('app-request-over')
    return { interaction, reader, asked: lodged.asked, lodged }
  }

  return {
    async question(request: IncomingMessage, response: ServerResponse, uid: string): Promise<AppQuestion> {
      const { interaction, reader, asked } = await find(request, response, uid)
      return { reader, returnsTo: new URL(String(interaction.params.redirect_uri)).host, asked }
    },

    /** Takes the answer and says where the browser goes: back to the app, by way of the authorization server. */
    async answer(
      request: IncomingMessage,
      response: ServerResponse,
      uid: string,
      { personId, chosen }: AppAnswer,
    ): Promise<{ redirect: string }> {
      const { interaction, reader, asked, lodged } = await find(request, response, uid)
      if (chosen === null) {
        if (lodged) await accesses.reject(lodged.id)
        const refusal = { error: 'access_denied', error_description: 'The person did not agree' }
        return { redirect: await provider.interactionResult(request, response, refusal) }
      }
      const access = lodged ?? (await accesses.ask(reader.id, 'fdx', asked, accessIdOf(uid)))
      const { id, grants } = await accesses.give(access.id, personId, chosen)

      const grant = new provider.Grant({ accountId: id, clientId: reader.id })
      grant.addOIDCScope('openid offline_access')
      grant.addOIDCClaims(['openbanking_intent_id'])
      grant.addResourceScope(audience, SCOPE)
      const fdx = fdxConsentOf(interaction.params)
      if (fdx)
        grant.addRar({
          ...fdx,
          consentId: id,
          accountIds: grants.flatMap(({ reach }) => reach?.accountIds ?? []),
        } as never)
      const grantId = await grant.save()

      await forgetSession(interaction)
      const redirect = await provider.interactionResult(
        request,
        response,
        { login: { accountId: id, remember: false }, consent: { grantId } },
        { mergeWithLastSubmission: false },
      )
      return { redirect }
    },
  }

  /** Each access is an account of its own: the browser's session of an earlier one ends, without asking to log out. */
  async function forgetSession(interaction: Found['interaction']): Promise<void> {
    if (!interaction.session?.uid) return
    await (await provider.Session.findByUid(interaction.session.uid))?.destroy()
    interaction.session = undefined
    await interaction.save(interaction.exp - Math.floor(clock.now() / SECOND))
  }
}

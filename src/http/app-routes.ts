import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { PURPOSES } from '#consent'
import { DAY, Fault } from '#kit'
import { reveal } from '../kit/reveal.ts'
import type { AppAnswerJson, AppAskedJson, RedirectJson } from './api.ts'
import type { HttpNeeds } from './needs.ts'
import { parse } from './parse.ts'
import { localeOf, requireOwnPage, signedIn, steppedUp } from './security.ts'
import type { Sessions } from './sessions.ts'

const Uid = z.strictObject({ uid: z.string().regex(/^[\w-]{1,60}$/) })
const Id = z.string().regex(/^[\w-]{1,80}$/)
const Answer = z.discriminatedUnion('agree', [
  z.strictObject({ agree: z.literal(false) }),
  z.strictObject({
    agree: z.literal(true),
    days: z.int().min(1).max(PURPOSES['own-app'].days),
    accounts: z
      .array(z.strictObject({ linkId: Id, accountIds: z.array(Id).min(1).max(100) }))
      .min(1)
      .max(50)
      .refine((links) => new Set(links.map(({ linkId }) => linkId)).size === links.length),
  }),
])

/**
 * The page on which a person decides about an app of theirs: who asks, for what, of which accounts, until when. The browser
 * that brought the request is the only one that can answer it, and the person who is signed in there answers.
 */
export function addAppRoutes(server: FastifyInstance, needs: HttpNeeds & { sessions: Sessions }): void {
  const { apps, vault, consents, people, banks, sql, sessions, publicUrl, clock } = needs
  const ownPage = requireOwnPage(publicUrl, sessions)

  const nameOf = (bankId: string) => banks.list().find((bank) => bank.id === bankId)?.name ?? bankId

  async function linksOf(personId: string) {
    return (await people.links(sql, personId)).filter((link) => link.state === 'linked')
  }

  /** The accounts of one link, to be ticked by whose they are; null where they do not let us show them. */
  async function accountsOf(personId: string, linkId: string) {
    const opened = await vault.open(
      {
        personId,
        purpose: 'account-view',
        actor: { kind: 'person', id: 'self', role: 'you' },
        what: 'choose-accounts',
        linkIds: [linkId],
      },
      async (loan) =>
        (await loan.accounts()).map((all) =>
          all
            .filter(({ status }) => status === 'open')
            .map(({ id, name, numberDisplay }) => ({ id, name, numberDisplay })),
        ),
    )
    return opened.ok ? reveal(opened.value) : null
  }

  const daysMaxOf = (until: number | null) =>
    until === null
      ? consents.daysOf('own-app')
      : Math.min(consents.daysOf('own-app'), Math.ceil((until - clock.now()) / DAY))

  server.get('/allow/:uid/asked', async (request, reply): Promise<AppAskedJson> => {
    const { uid } = parse(Uid, request.params)
    const { personId } = signedIn(request)
    const { reader, returnsTo, asked } = await apps.question(request.raw, reply.raw, uid)
    const { name, sentence } = PURPOSES['own-app'][localeOf(request)]
    return {
      app: { name: reader.name, returnsTo },
      purpose: { name, sentence },
      clusters: asked.clusters,
      from: asked.from,
      daysMax: daysMaxOf(asked.until),
      banks: await Promise.all(
        (await linksOf(personId)).map(async ({ id, bankId }) => ({
          linkId: id,
          bank: nameOf(bankId),
          accounts: await accountsOf(personId, id),
        })),
      ),
    }
  })

  server.post(
    '/allow/:uid/answer',
    { preHandler: ownPage },
    async (request, reply): Promise<RedirectJson> => {
      const { uid } = parse(Uid, request.params)
      const answer: AppAnswerJson = parse(Answer, request.body)
      if (!answer.agree) {
        const { personId } = signedIn(request)
        return await apps.answer(request.raw, reply.raw, uid, { personId, chosen: null })
      }
      const { personId } = steppedUp(request)
      const { asked } = await apps.question(request.raw, reply.raw, uid)
      if (answer.days > daysMaxOf(asked.until)) throw new Fault('request-malformed', { detail: 'field days' })
      const bankOf = new Map((await linksOf(personId)).map(({ id, bankId }) => [id, bankId]))
      const accounts = new Map(
        answer.accounts.map(({ linkId, accountIds }) => {
          const bankId = bankOf.get(linkId)
          if (bankId === undefined) throw new Fault('not-found')
          return [linkId, { bankName: nameOf(bankId), accountIds }]
        }),
      )
      return await apps.answer(request.raw, reply.raw, uid, {
        personId,
        chosen: {
          accounts,
          until: clock.now() + answer.days * DAY,
          act: { locale: localeOf(request), via: 'app-page' },
        },
      })
    },
  )
}

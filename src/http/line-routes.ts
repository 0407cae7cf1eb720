import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { LinesJson, WorthJson } from './api.ts'
import type { HttpNeeds } from './needs.ts'
import { parse } from './parse.ts'
import { localeOf, requireOwnPage, signedIn, timeZoneOf } from './security.ts'
import type { Sessions } from './sessions.ts'

const DAY_MINUTES = 24 * 60
const AMOUNT_MINOR_MAX = 100_000_000

const Minute = z.number().int().min(0).lt(DAY_MINUTES)
const Choice = z
  .strictObject({
    linkId: z.string().regex(/^[\w-]{1,80}$/),
    cardNumberDisplay: z
      .string()
      .regex(/^[\w*]{1,19}$/)
      .nullable(),
    lines: z.enum(['all', 'above', 'abroad-or-online', 'suspicious', 'as-others']),
    above: z
      .strictObject({
        amountMinor: z.number().int().positive().max(AMOUNT_MINOR_MAX),
        currency: z.string().regex(/^[A-Z]{3}$/),
      })
      .nullable(),
    quiet: z
      .union([
        z.literal('never'),
        z.strictObject({ from: Minute, to: Minute }).refine(({ from, to }) => from !== to),
      ])
      .nullable(),
  })
  .refine(({ lines, above }) => (lines === 'above') === (above !== null))
  .refine(({ cardNumberDisplay, quiet }) => cardNumberDisplay !== null || quiet !== 'never')
  .refine(({ cardNumberDisplay, lines }) => cardNumberDisplay !== null || lines !== 'as-others')

const Worth = z.strictObject({
  kind: z.enum(['low-balance', 'duplicate-charge', 'price-rise', 'refund-arrived']),
  isOn: z.boolean(),
})

/** The page of quiet lines, and of what is said unasked: which payments a person wants to hear of, and when. */
export function addLineRoutes(server: FastifyInstance, needs: HttpNeeds & { sessions: Sessions }): void {
  const { chat, sessions, publicUrl } = needs
  const ownPage = requireOwnPage(publicUrl, sessions)

  server.get('/api/lines', async (request): Promise<LinesJson[]> => {
    const { personId } = signedIn(request)
    return await chat.lines(personId)
  })

  server.post('/api/lines', { preHandler: ownPage }, async (request): Promise<LinesJson[]> => {
    const choice = parse(Choice, request.body)
    const { personId } = signedIn(request)
    await chat.chooseLines(personId, choice, {
      locale: localeOf(request),
      timeZone: timeZoneOf(request),
    })
    return await chat.lines(personId)
  })

  server.get('/api/worth-knowing', async (request): Promise<WorthJson[]> => {
    const { personId } = signedIn(request)
    return await chat.worthChoices(personId)
  })

  server.post('/api/worth-knowing', { preHandler: ownPage }, async (request): Promise<WorthJson[]> => {
    const { kind, isOn } = parse(Worth, request.body)
    const { personId } = signedIn(request)
    await chat.chooseWorth(personId, kind, isOn)
    return await chat.worthChoices(personId)
  })
}

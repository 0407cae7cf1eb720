import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ConsoleMessageJson, ConsoleRequestJson } from '../api.ts'
import type { HttpNeeds } from '../needs.ts'
import { parse } from '../parse.ts'
import type { Desk } from './console-routes.ts'
import { createStaff, type Member } from './staff.ts'

const Id = z.strictObject({ id: z.string().regex(/^[\w-]{22}$/) })
const After = z.strictObject({ after: z.coerce.number().int().min(0).default(0) })
const Reply = z.strictObject({ text: z.string().min(1) })

/** Who waits for the bank's people: the list, and what a member does with one of it. */
export function addRequestRoutes(server: FastifyInstance, needs: HttpNeeds & { desk: Desk }): void {
  const { chat, desk } = needs
  const { handovers } = chat
  const staff = createStaff(needs)
  const ownPage = { preHandler: desk.ownPage }

  const liveIds = async (bankId: string) => (await staff.list(bankId)).map(({ id }) => id)

  async function listFor({ id: memberId, bankId }: Member): Promise<ConsoleRequestJson[]> {
    const names = await staff.names(bankId)
    return (await handovers.list(bankId)).map(
      ({ id, number, kind, askedAt, last, linkId, takenBy, takenAt }) => ({
        id,
        number,
        kind,
        askedAt,
        last,
        answersHere: linkId !== null,
        taken:
          takenBy === null || takenAt === null
            ? null
            : { by: names.get(takenBy) ?? '', byMe: takenBy === memberId, at: takenAt },
      }),
    )
  }

  server.get('/api/console/requests', async (request) => await listFor(await desk.member(request)))

  server.post('/api/console/requests/:id/take', ownPage, async (request): Promise<ConsoleRequestJson[]> => {
    const member = await desk.member(request)
    await handovers.take(member, parse(Id, request.params).id, await liveIds(member.bankId))
    return await listFor(member)
  })

  server.get('/api/console/requests/:id/messages', async (request): Promise<ConsoleMessageJson[]> => {
    const member = await desk.member(request)
    return await handovers.read(member, parse(Id, request.params).id, parse(After, request.query).after)
  })

  server.post(
    '/api/console/requests/:id/replies',
    ownPage,
    async (request): Promise<ConsoleRequestJson[]> => {
      const member = await desk.member(request)
      await handovers.reply(member, parse(Id, request.params).id, parse(Reply, request.body).text)
      return await listFor(member)
    },
  )

  server.post('/api/console/requests/:id/settle', ownPage, async (request): Promise<ConsoleRequestJson[]> => {
    const member = await desk.member(request)
    await handovers.settle(member, parse(Id, request.params).id, await liveIds(member.bankId))
    return await listFor(member)
  })
}

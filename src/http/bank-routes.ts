import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Received } from '#intake'
import type { AnswerFault } from './faults.ts'
import type { HttpNeeds } from './needs.ts'
import { parse, RequestFault } from './parse.ts'
import { addSignedRoutes, bytesOf } from './signed-routes.ts'

/** Leaving cannot be undone: a bank that says it says why, and a body that is cut short says nothing. */
const Withdrawal = z.strictObject({ reason: z.string().min(1).max(500) })
const Bank = z.strictObject({ bankId: z.string().regex(/^[a-z0-9-]{1,40}$/) })

/** What banks send us: card events, and the word that they leave. Signed, so no session and no CSRF token. */
export function addBankRoutes(
  server: FastifyInstance,
  needs: HttpNeeds & { answerFault: AnswerFault },
): void {
  const { banks, intake, vault } = needs

  addSignedRoutes(server, needs.answerFault, (signed) => {
    async function verified(
      request: FastifyRequest,
      tag: string,
    ): Promise<{ bankId: string; body: Buffer; nonce: string }> {
      const { bankId } = parse(Bank, request.params)
      banks.profile(bankId)
      const body = bytesOf(request)
      const { nonce } = await banks.verifyMessage(bankId, {
        method: request.method,
        path: new URL(request.raw.url ?? '/', needs.publicUrl).pathname,
        headers: request.headers,
        body,
        tag,
      })
      return { bankId, body, nonce }
    }

    signed.post('/banks/:bankId/events', async (request): Promise<Received> => {
      const { bankId, body, nonce } = await verified(request, 'guichet-event')
      return await intake.receive(bankId, banks.decodeEvents(bankId, body), nonce)
    })

    signed.post('/banks/:bankId/withdraw', async (request) => {
      const { bankId, body, nonce } = await verified(request, 'guichet-withdraw')
      parse(Withdrawal, readJson(body))
      await intake.refuseReplay(bankId, nonce)
      return await vault.bankLeaves(bankId)
    })
  })
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    // The parser's message quotes its input.
    throw new RequestFault('body')
  }
}

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault, type Locale } from '#kit'
import type { ErrorJson } from './api.ts'
import type { HttpNeeds } from './needs.ts'
import { RequestFault } from './parse.ts'
import { localeOf } from './security.ts'

/** `locale` is given where a request is not of a person's session. */
export type AnswerFault = (
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  locale?: Locale,
) => FastifyReply

/** Turns whatever was thrown into an answer with a code and a sentence; a stranger's error says only *internal*. */
export function createAnswerFault(onFault: HttpNeeds['onFault']): AnswerFault {
  return (error, request, reply, locale = localeOf(request)) => {
    const fault = asFault(error)
    onFault({ code: fault.code, route: request.routeOptions.url ?? 'unknown', status: fault.status, error })
    const body: ErrorJson = {
      error: {
        code: fault.code,
        sentence: fault.sentence(locale),
        ...fieldOf(fault),
        retry: fault.retry,
      },
    }
    // A refusal is of this moment: a page's part that is missing today may be there tomorrow.
    reply.header('cache-control', 'no-store')
    return reply.code(fault.status).type('application/json; charset=utf-8').send(body)
  }
}

function fieldOf(fault: Fault): { field?: string } {
  const field = fault instanceof RequestFault ? fault.field : (fault as Fault & { field?: unknown }).field
  return typeof field === 'string' ? { field } : {}
}

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  const { statusCode, code } = error as { statusCode?: number; code?: string }
  if (statusCode === 429) return new Fault('too-many-requests', { cause: error })
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Fault('message-too-long', { cause: error })
  // Whether something is there that one may not have is nobody's business.
  if (statusCode === 404 || statusCode === 403) return new Fault('not-found', { cause: error })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Fault('request-malformed', { cause: error })
  }
  return new Fault('internal', { cause: error })
}

import type { FastifyInstance } from 'fastify'
import { Fault } from '#kit'
import type { FaceDoor } from '../route.ts'
import { describeFace } from './document.ts'
import { facePage, indexPage, STYLE } from './page.ts'

/** Serves what each face takes and answers: as OpenAPI documents for programs, and as pages for people. */
export function mountDocuments(
  server: FastifyInstance,
  needs: { doors: readonly FaceDoor[]; origin: string; issuer: string },
): void {
  const faces = needs.doors.map((door) => ({
    name: door.face,
    document: describeFace(door, needs.origin, needs.issuer),
  }))
  const find = (name: string) => {
    const found = faces.find((face) => face.name === name)
    if (!found) throw new Fault('not-found')
    return found.document
  }

  server.get('/developers', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(indexPage(faces)),
  )
  server.get('/developers/style.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(STYLE),
  )
  server.get<{ Params: { name: string } }>('/developers/:name', async ({ params }, reply) => {
    const [, name, asJson] = /^([a-z]+)(\.json)?$/.exec(params.name) ?? []
    const document = find(name ?? '')
    if (asJson) return await reply.type('application/json; charset=utf-8').send(document)
    return await reply.type('text/html; charset=utf-8').send(facePage(name!, document))
  })
}

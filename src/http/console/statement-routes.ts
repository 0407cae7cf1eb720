import { Readable } from 'node:stream'
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Progress, StatementSource } from '#intake'
import { Fault, type Locale } from '#kit'
import type { ConsoleImportJson, ImportLineJson } from '../api.ts'
import type { HttpNeeds } from '../needs.ts'
import { parse } from '../parse.ts'
import type { Desk } from './console-routes.ts'
import { createStaff } from './staff.ts'

/** An upload is held in memory, never on a disk in clear: larger files go by the command. */
export const UPLOAD_BYTES_MAX = 16 * 1024 * 1024
/** News of an import are said at most once for so many bytes. */
const NEWS_BYTES = 256 * 1024

const Wanted = z.strictObject({ dryRun: z.boolean(), acceptUnbalanced: z.boolean() })

/** Statement files in the console: try one, import one, and see what was imported. */
export function addStatementRoutes(server: FastifyInstance, needs: HttpNeeds & { desk: Desk }): void {
  const { statements, openStatement, people, banks, sql, desk, onFault } = needs
  const staff = createStaff(needs)

  server.get('/api/console/imports', async (request): Promise<ConsoleImportJson[]> => {
    const { bankId } = await desk.member(request)
    const names = await staff.names(bankId)
    return (await statements.list(bankId)).map((one) => ({
      id: one.id,
      by: one.by.kind === 'staff' ? (names.get(one.by.id) ?? null) : null,
      sha256: one.sha256,
      format: one.format,
      dryRun: one.dryRun,
      startedAt: one.startedAt,
      finishedAt: one.finishedAt,
      rows: one.rows,
    }))
  })

  // Lines of JSON: news while it goes on, then the report, or the fault that ended it.
  server.post('/api/console/imports', { preHandler: desk.ownPage }, async (request, reply) => {
    const member = await desk.member(request)
    const locale = await desk.locale(request)
    banks.profile(member.bankId)
    if ((await people.bankLeftAt(sql, member.bankId)) !== null) throw new Fault('bank-withdrawn')
    const { bytes, mapping, wanted } = await uploadOf(request)
    const lines = linesOf(locale, async (onProgress) => {
      const opened = await openStatement(sourceOf(bytes), { mapping, bytesMax: UPLOAD_BYTES_MAX })
      const by = { kind: 'staff', id: member.id } as const
      return await statements.import({ bankId: member.bankId, opened, by, ...wanted, onProgress })
    })
    return await reply.type('application/x-ndjson; charset=utf-8').send(Readable.from(lines))
  })

  async function* linesOf(
    locale: Locale,
    run: (onProgress: (progress: Progress) => void) => ReturnType<typeof statements.import>,
  ): AsyncGenerator<string> {
    const line = (said: ImportLineJson) => `${JSON.stringify(said)}\n`
    const news: Progress[] = []
    let wake = () => {}
    let told = -Infinity
    const outcome = run((progress) => {
      if (progress.bytes < told) told = -Infinity
      if (progress.bytes - told < NEWS_BYTES && progress.bytes < progress.of) return
      told = progress.bytes
      news.push(progress)
      wake()
    }).then(
      (report) => line({ report }),
      (error: unknown) => {
        const fault = error instanceof Fault ? error : new Fault('internal', { cause: error })
        onFault({ code: fault.code, route: '/api/console/imports', status: fault.status, error })
        return line({ fault: { code: fault.code, sentence: fault.sentence(locale), ...detailOf(fault) } })
      },
    )
    const ended = outcome.then(() => null)
    for (;;) {
      while (news.length > 0) yield line({ progress: news.shift()! })
      const isMore = await Promise.race([
        ended,
        new Promise<true>((resolve) => {
          wake = () => resolve(true)
        }),
      ])
      if (isMore === null && news.length === 0) break
    }
    yield await outcome
  }
}

/** Where in the file it went wrong: a detail names lines and the mapping's own words, never what the file says. */
export const detailOf = (fault: Fault): { detail?: string } =>
  /^(statement|mapping)-/.test(fault.code) && fault.detail ? { detail: fault.detail } : {}

async function uploadOf(request: FastifyRequest) {
  if (!request.isMultipart()) throw new Fault('request-malformed')
  const fields = new Map<string, string>()
  let bytes: Buffer | null = null
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') bytes = await bytesOf(part)
      else if (typeof part.value === 'string') fields.set(part.fieldname, part.value)
    }
  } catch (error) {
    const code = (error as { code?: string }).code ?? ''
    if (code === 'FST_REQ_FILE_TOO_LARGE') throw tooLarge()
    throw error
  }
  if (!bytes) throw new Fault('request-malformed', { detail: 'there is no file' })
  const wanted = parse(Wanted, {
    dryRun: fields.get('dryRun') === 'true',
    acceptUnbalanced: fields.get('acceptUnbalanced') === 'true',
  })
  return { bytes, mapping: fields.get('mapping') ?? null, wanted }
}

async function bytesOf(part: MultipartFile): Promise<Buffer> {
  const bytes = await part.toBuffer()
  if (part.file.truncated) throw tooLarge()
  return bytes
}

const tooLarge = () =>
  new Fault('statement-too-large', { detail: `at most ${UPLOAD_BYTES_MAX / 1024 / 1024} MiB` })

function sourceOf(bytes: Buffer): StatementSource {
  return {
    bytes: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024)
    },
  }
}

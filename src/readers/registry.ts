import { z } from 'zod'
import { type Clock, Fault, newId, type Random, type Sql } from '#kit'

/** The standards that an app may read by. */
export const FACES = ['uk', 'fdx'] as const
export type Face = (typeof FACES)[number]

/** An app, or an institution's own tool, that people may choose to let read. */
export type Reader = {
  id: string
  name: string
  redirectUris: string[]
  jwks: { keys: Record<string, unknown>[] } | null
  jwksUri: string | null
  faces: Face[]
  addedAt: number
  withdrawnAt: number | null
}

const NAME_LETTERS_MAX = 60
const publicKey = z
  .looseObject({ kty: z.enum(['EC', 'OKP', 'RSA']), kid: z.string().min(1).max(200) })
  .refine((jwk) => !('d' in jwk) && !('k' in jwk), 'holds a private key')

/** Where a person is sent back to: https, or this very machine for trying out; one exact address, without a fragment. */
const redirectUri = z.string().max(2_000).refine(isReturnAddress, 'is neither https nor this machine')

const NewReader = z
  .strictObject({
    // What people read on the page where they decide: letters that could pass for other words of that page are refused.
    name: z
      .string()
      .trim()
      .min(1)
      .max(NAME_LETTERS_MAX)
      .regex(/^[\p{L}\p{N}][\p{L}\p{N} .&'’+-]*$/u, 'has signs that names do not have'),
    redirectUris: z.array(redirectUri).min(1).max(10),
    jwks: z.object({ keys: z.array(publicKey).min(1).max(10) }).optional(),
    jwksUri: z
      .string()
      .max(2_000)
      .refine((uri) => URL.parse(uri)?.protocol === 'https:', 'is not https')
      .optional(),
    faces: z.array(z.enum(FACES)).min(1),
  })
  .refine(({ jwks, jwksUri }) => (jwks === undefined) !== (jwksUri === undefined), {
    path: ['jwks'],
    message: 'or an address of it is needed, and not both',
  })
export type NewReader = z.input<typeof NewReader>

const COLUMNS = `id, name, redirect_uris as "redirectUris", jwks, jwks_uri as "jwksUri", faces, added_at as "addedAt",
  withdrawn_at as "withdrawnAt"`

export type Registry = ReturnType<typeof createRegistry>

/** Which apps there are. The operator adds them; that lets none of them read anything. */
export function createRegistry(needs: { sql: Sql; clock: Clock; random: Random }) {
  const { sql, clock, random } = needs

  return {
    /** Throws `app-refused`, naming the field at fault. */
    async add(given: unknown): Promise<Reader> {
      const parsed = NewReader.safeParse(given)
      if (!parsed.success) {
        const { path, message } = parsed.error.issues[0]!
        throw new Fault('app-refused', { detail: `${path.join('.') || 'the app'}: ${message}` })
      }
      const { name, redirectUris, jwks, jwksUri, faces } = parsed.data
      const [reader] = await sql.query<Reader>(
        `insert into readers.reader (id, name, redirect_uris, jwks, jwks_uri, faces, added_at)
         values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
        [
          newId('rdr', random),
          name,
          redirectUris,
          jwks ? JSON.stringify(jwks) : null,
          jwksUri ?? null,
          [...new Set(faces)],
          clock.now(),
        ],
      )
      return reader!
    },

    async list(): Promise<Reader[]> {
      return await sql.query<Reader>(`select ${COLUMNS} from readers.reader order by added_at desc, id`)
    },

    /** Null once it was withdrawn: then it is nobody. */
    async find(id: string): Promise<Reader | null> {
      const [reader] = await sql.query<Reader>(
        `select ${COLUMNS} from readers.reader where id = $1 and withdrawn_at is null`,
        [id],
      )
      return reader ?? null
    },

    /** The names of apps, withdrawn ones too: the privacy centre still says who has read. */
    async names(ids: readonly string[]): Promise<Map<string, string>> {
      const rows = await sql.query<{ id: string; name: string }>(
        `select id, name from readers.reader where id = any($1)`,
        [ids],
      )
      return new Map(rows.map(({ id, name }) => [id, name]))
    },

    /** From here on the app is nobody. Throws `not-found`. */
    async withdraw(id: string): Promise<void> {
      const gone = await sql.query(
        `update readers.reader set withdrawn_at = $2 where id = $1 and withdrawn_at is null returning 1`,
        [id, clock.now()],
      )
      if (gone.length === 0) throw new Fault('not-found', { detail: 'there is no such app' })
    },
  }
}

function isReturnAddress(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.hash !== '' || url.username !== '' || text.includes('*')) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname))
}

const isThisMachine = (host: string) => ['localhost', '127.0.0.1', '[::1]'].includes(host)

import { z } from 'zod'
import { SCOPE } from '../authorization/provider.ts'
import type { FaceDoor, FaceRoute } from '../route.ts'

/** What of JSON Schema the pages look at. */
export type Schema = {
  type?: string | string[]
  description?: string
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
}

export type Operation = {
  operationId: string
  summary: string
  parameters: { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: Schema }[]
  requestBody?: { required: true; content: Record<string, { schema: Schema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>
}

/** An OpenAPI 3.1 document, as much of it as is made here. */
export type OpenApi = {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  security: Record<string, string[]>[]
  paths: Record<string, Record<string, Operation>>
  components: { securitySchemes: Record<string, object> }
}

const JSON_TYPE = 'application/json'
const SAYS: Record<number, string> = {
  200: 'What was asked for',
  201: 'It is made',
  204: 'It is done',
  400: 'The call does not have the standard’s shape',
  401: 'The token is missing, over or another’s, or the person has said no',
  403: 'The token is good, and does not open this',
  404: 'There is no such thing, or it is somebody else’s',
  409: 'It was done before',
  429: 'Too many calls',
  500: 'Something went wrong here',
}
/** What every operation may refuse with. */
const REFUSALS = [400, 401, 403, 429, 500]

/** The OpenAPI document of a face, made of the very routes that the server runs. */
export function describeFace(door: FaceDoor, origin: string, issuer: string): OpenApi {
  const paths: OpenApi['paths'] = {}
  for (const route of door.routes) {
    paths[route.path] ??= {}
    paths[route.path]![route.method.toLowerCase()] = describeRoute(route, door)
  }
  return {
    openapi: '3.1.0',
    info: { title: door.title, version: door.version, description: door.description },
    servers: [{ url: `${origin}${door.prefix}` }],
    security: [{ person: [SCOPE] }],
    paths,
    components: {
      securitySchemes: {
        person: {
          type: 'openIdConnect',
          openIdConnectUrl: `${issuer}/.well-known/openid-configuration`,
          description:
            'FAPI 2.0: pushed authorization requests, PKCE, private_key_jwt, and access tokens bound by DPoP (RFC 9449).',
        },
      },
    },
  }
}

function describeRoute(route: FaceRoute, door: FaceDoor): Operation {
  const refusals = [...new Set([...REFUSALS, ...route.refuses])].sort((a, b) => a - b)
  const json = (schema: z.ZodType) => ({ [JSON_TYPE]: { schema: schemaOf(schema, 'output') } })
  return {
    operationId: route.name,
    summary: route.summary,
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      { name: 'DPoP', in: 'header', required: true, schema: { type: 'string' } },
      { name: 'x-fapi-interaction-id', in: 'header', required: false, schema: { type: 'string' } },
    ],
    ...(route.body && {
      requestBody: { required: true, content: { [JSON_TYPE]: { schema: schemaOf(route.body, 'input') } } },
    }),
    responses: {
      [route.status]: {
        description: SAYS[route.status]!,
        ...(route.answer && { content: json(route.answer) }),
      },
      ...Object.fromEntries(
        refusals.map((status) => [status, { description: SAYS[status]!, content: json(door.error) }]),
      ),
    },
  }
}

function parametersOf(schema: z.ZodType, place: 'path' | 'query'): Operation['parameters'] {
  const { properties = {}, required = [] } = schemaOf(schema, 'input')
  return Object.entries(properties).map(([name, of]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: of,
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest as Schema
}

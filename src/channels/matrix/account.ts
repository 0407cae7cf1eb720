import { z } from 'zod'
import { Secret } from '#kit'
import { type CallFailed, callApi, readJson } from './homeserver.ts'

const TIMEOUT_MS = 15_000
const LOGIN = '/_matrix/client/v3/login'

const VERSIONS = z.object({ versions: z.array(z.string()) })
const FLOWS = z.object({ flows: z.array(z.object({ type: z.string() })) })
const LOGGED_IN = z.object({ user_id: z.string(), access_token: z.string(), device_id: z.string() })
const WHOAMI = z.object({ user_id: z.string(), device_id: z.string() })

/** What we say of ourselves where the homeserver lists the account's devices. */
const DEVICE_NAME = 'Guichet'

export type MatrixLogin = { userId: string; deviceId: string; accessToken: Secret }
type Asked<T> = { ok: true; value: T } | CallFailed

/** Our account at a homeserver, for the command line: none of what it says is a person's. */
export function createMatrixAccount(needs: { fetch: typeof fetch; homeserver: URL }) {
  async function ask<T>(
    method: 'GET' | 'POST',
    path: string,
    shape: z.ZodType<T>,
    request: { body?: unknown; token?: Secret } = {},
  ): Promise<Asked<T>> {
    const { body, token } = request
    const called = await callApi(needs.fetch, new URL(path, needs.homeserver), {
      method,
      token,
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
    })
    if (!called.ok) return called
    const read = shape.safeParse(readJson(called.text))
    return read.success
      ? { ok: true, value: read.data }
      : { ok: false, why: 'tell-operator', code: 'no-homeserver' }
  }

  return {
    /** A new login of an account, which is a new device. The password goes to the homeserver and is kept nowhere. */
    async logIn(user: string, password: Secret): Promise<Asked<MatrixLogin>> {
      const offered = await ask('GET', LOGIN, FLOWS)
      if (!offered.ok)
        return offered.code === '404' || offered.code === 'M_UNRECOGNIZED'
          ? { ok: false, why: 'tell-operator', code: 'no-homeserver' }
          : offered
      if (!offered.value.flows.some(({ type }) => type === 'm.login.password'))
        return { ok: false, why: 'tell-operator', code: 'no-passwords' }
      const made = await ask('POST', LOGIN, LOGGED_IN, {
        body: {
          type: 'm.login.password',
          identifier: { type: 'm.id.user', user },
          password: password.reveal(),
          initial_device_display_name: DEVICE_NAME,
        },
      })
      if (!made.ok) return made
      const { user_id, device_id, access_token } = made.value
      return {
        ok: true,
        value: { userId: user_id, deviceId: device_id, accessToken: new Secret(access_token) },
      }
    },

    /** Whose login a token is, if the homeserver still takes it. */
    async look(token: Secret): Promise<Asked<{ userId: string; deviceId: string }>> {
      const versions = await ask('GET', '/_matrix/client/versions', VERSIONS)
      if (!versions.ok)
        return versions.why === 'retry'
          ? versions
          : { ok: false, why: 'tell-operator', code: 'no-homeserver' }
      const who = await ask('GET', '/_matrix/client/v3/account/whoami', WHOAMI, { token })
      return who.ok ? { ok: true, value: { userId: who.value.user_id, deviceId: who.value.device_id } } : who
    },
  }
}

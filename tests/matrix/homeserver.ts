import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/**
 * Synapse, the homeserver most people’s Matrix accounts are on. It is in no stable Debian, so that it lives in a folder of
 * its own: `SYNAPSE_ROOT`, or the one that `GUICHET_TEST_SYNAPSE=install` made here once (as root, in ten minutes, 700 MB).
 */
const ROOT = process.env.SYNAPSE_ROOT ?? '/var/cache/guichet/synapse'
const MIRROR = 'http://deb.debian.org/debian'
const SERVER_NAME = 'guichet.test'
const SECRET = 'a secret of these tests'
const READY_MS_MAX = 60_000

const isThere = () => existsSync(join(ROOT, 'usr/bin/synapse_homeserver'))

/** Why there is no homeserver to test against; false when there is one. */
export function whyNoHomeserver(): string | false {
  if (process.getuid?.() !== 0) return 'a real homeserver is started in a chroot, which takes root'
  if (!isThere() && process.env.GUICHET_TEST_SYNAPSE === 'install') install()
  return isThere()
    ? false
    : `no Synapse in ${ROOT}: set GUICHET_TEST_SYNAPSE=install to have Debian’s put there`
}

function install(): void {
  const run = (command: string, args: string[]) =>
    execFileSync(command, args, {
      // What a command complains of is part of the error that it throws.
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  // One that ended half way is begun anew, and never taken for a whole one.
  const part = `${ROOT}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  run('apt-get', ['update', '-qq'])
  const tools = ['debootstrap', 'debian-archive-keyring']
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...tools])
  run('debootstrap', ['--variant=minbase', 'sid', part, MIRROR])
  // debootstrap configures packages in an order that Synapse’s own dependencies do not survive; apt knows better.
  run('chroot', [part, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'matrix-synapse'])
  run('chroot', [part, 'apt-get', 'clean'])
  renameSync(part, ROOT)
}

export type Account = { userId: string; accessToken: string; deviceId: string; password: string }
export type Homeserver = Awaited<ReturnType<typeof startHomeserver>>

/** A homeserver of this process, with nobody on it yet. */
export async function startHomeserver() {
  const port = await freePort()
  await mkdir(join(ROOT, 'tmp'), { recursive: true })
  const folder = await mkdtemp(join(ROOT, 'tmp/homeserver-'))
  const inside = `/${relative(ROOT, folder)}`
  const url = `http://127.0.0.1:${port}`
  const limitless = { per_second: 1e6, burst_count: 1e6 }
  const settings = {
    server_name: SERVER_NAME,
    public_baseurl: url,
    pid_file: `${inside}/pid`,
    listeners: [{ port, type: 'http', bind_addresses: ['127.0.0.1'], resources: [{ names: ['client'] }] }],
    database: { name: 'sqlite3', args: { database: `${inside}/homeserver.db` } },
    log_config: `${inside}/log.yaml`,
    media_store_path: `${inside}/media`,
    registration_shared_secret: SECRET,
    macaroon_secret_key: SECRET,
    form_secret: SECRET,
    signing_key_path: `${inside}/signing.key`,
    report_stats: false,
    trusted_key_servers: [],
    rc_message: limitless,
    rc_registration: limitless,
    rc_login: { address: limitless, account: limitless, failed_attempts: limitless },
    rc_joins: { local: limitless, remote: limitless },
    rc_invites: { per_room: limitless, per_user: limitless, per_issuer: limitless },
  }
  // JSON is YAML.
  await writeFile(join(folder, 'homeserver.yaml'), JSON.stringify(settings))
  await writeFile(join(folder, 'log.yaml'), JSON.stringify({ version: 1, root: { level: 'ERROR' } }))
  const seed = randomBytes(32).toString('base64').replace(/=+$/, '')
  await writeFile(join(folder, 'signing.key'), `ed25519 a_test ${seed}\n`)

  const server = await start()

  async function start(): Promise<ChildProcess> {
    const child = spawn(
      'chroot',
      [ROOT, 'python3', '-m', 'synapse.app.homeserver', '-c', `${inside}/homeserver.yaml`],
      { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder },
    )
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-2_000)
    })
    for (const until = Date.now() + READY_MS_MAX; ; await setTimeout(100)) {
      const answer = await fetch(`${url}/_matrix/client/versions`).catch(() => null)
      if (answer?.ok) return child
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`Synapse did not become ready: ${said}`)
    }
  }

  async function end(): Promise<void> {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    await ended
  }

  async function call(path: string, body: unknown, accessToken?: string): Promise<Record<string, string>> {
    const response = await fetch(new URL(path, url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(accessToken && { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as Record<string, string>
    if (!response.ok) throw new Error(`${path}: ${response.status} ${answer.errcode}`)
    return answer
  }

  return {
    url,
    serverName: SERVER_NAME,

    async register(name: string): Promise<Account> {
      const password = randomBytes(12).toString('hex')
      const path = '/_synapse/admin/v1/register'
      const { nonce } = (await (await fetch(new URL(path, url))).json()) as { nonce: string }
      const mac = createHmac('sha1', SECRET)
        .update([nonce, name, password, 'notadmin'].join('\0'))
        .digest('hex')
      const made = await call(path, { nonce, username: name, password, mac, admin: false })
      return { userId: made.user_id!, accessToken: made.access_token!, deviceId: made.device_id!, password }
    },

    /** Another device of the same person. */
    async logIn({ userId, password }: Account): Promise<Account> {
      const made = await call('/_matrix/client/v3/login', {
        type: 'm.login.password',
        identifier: { type: 'm.id.user', user: userId },
        password,
      })
      return { userId, accessToken: made.access_token!, deviceId: made.device_id!, password }
    },

    call,

    async stop(): Promise<void> {
      await end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

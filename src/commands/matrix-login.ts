import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { createMatrixAccount } from '#channels'
import { readSetting } from '#config'
import { Fault, Secret } from '#kit'

/**
 * Logs Guichet's account in at its homeserver, and prints the settings that this makes. Asks on standard error, so that standard
 * output has the settings alone; what is asked is typed, or comes line by line on standard input, and never as an argument, which
 * every process of the machine could read.
 */
export async function logInAtMatrix(): Promise<void> {
  const typed = createLines()
  try {
    const homeserver = readSetting(
      'GUICHET_MATRIX_HOMESERVER',
      await typed.ask('Homeserver (where its client-server API is, such as https://matrix.bank.example): '),
    )
    const user = readSetting('GUICHET_MATRIX_USER', await typed.ask('User (such as @guichet:bank.example): '))
    const password = new Secret(await typed.ask('Password (not shown): ', true))
    const account = createMatrixAccount({ fetch: (input, init) => fetch(input, init), homeserver })
    const made = await account.logIn(user, password)
    if (!made.ok) throw new Fault('matrix-login-refused', { detail: says(made, homeserver.origin) })
    const { userId, deviceId, accessToken } = made.value
    typed.say(
      `Logged in as ${userId}, device ${deviceId}. Whoever has this token is Guichet there: keep it like a key.\n`,
    )
    console.log(
      [
        `GUICHET_MATRIX_HOMESERVER=${homeserver.href}`,
        `GUICHET_MATRIX_USER=${userId}`,
        `GUICHET_MATRIX_ACCESS_TOKEN=${accessToken.reveal()}`,
      ].join('\n'),
    )
  } finally {
    typed.close()
  }
}

function says({ code, retryAfterMs }: { code: string; retryAfterMs?: number }, origin: string): string {
  switch (code) {
    case 'network':
      return `${origin} does not answer`
    case 'no-homeserver':
      return `${origin} answers, but not as a Matrix homeserver`
    case 'no-passwords':
      return `${origin} lets nobody in by password`
    case 'M_FORBIDDEN':
      return `${origin} does not know this user with this password`
    case 'M_LIMIT_EXCEEDED':
      return retryAfterMs === undefined
        ? `${origin} was asked too often`
        : `${origin} was asked too often: try again in ${Math.ceil(retryAfterMs / 1_000)} seconds`
    default:
      return `${origin} refuses the login (${code})`
  }
}

/** Lines of whoever runs the command. What is typed after a prompt that hides it is not shown. */
function createLines() {
  const { stdin, stderr } = process
  let isHidden = false
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!isHidden) stderr.write(chunk)
      done()
    },
  })
  const lines = createInterface({ input: stdin, output, terminal: stdin.isTTY === true })
  const waiting: string[] = []
  let isOver = false
  lines.on('line', (line) => waiting.push(line))
  lines.on('close', () => {
    isOver = true
  })
  return {
    say: (text: string) => stderr.write(text),
    async ask(prompt: string, hidden = false): Promise<string> {
      stderr.write(prompt)
      isHidden = hidden
      while (waiting.length === 0 && !isOver) await Promise.race([once(lines, 'line'), once(lines, 'close')])
      isHidden = false
      if (hidden || !stdin.isTTY) stderr.write('\n')
      const line = waiting.shift()
      if (line === undefined || line === '')
        throw new Fault('request-malformed', { detail: 'Nothing was done: not all was answered' })
      return hidden ? line : line.trim()
    },
    close: () => lines.close(),
  }
}

import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

type Answer = { code: number; says: string }

/** A real mail server that takes what it is given, or refuses as it is told to. */
export async function startSmtp(port = 0) {
  const taken: { to: string; raw: Buffer }[] = []
  const state = { refusesReceiver: null as Answer | null, refusesMail: null as Answer | null, tries: 0 }
  const refusal = (answer: Answer | null) =>
    answer && Object.assign(new Error(answer.says), { responseCode: answer.code })
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (_auth, _session, done) => done(new Error('not you')),
    onRcptTo(_address, _session, done) {
      state.tries++
      done(refusal(state.refusesReceiver))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const refused = refusal(state.refusesMail)
        if (!refused) taken.push({ to: session.envelope.rcptTo[0]!.address, raw: Buffer.concat(chunks) })
        done(refused)
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const at = (server.server.address() as AddressInfo).port
  return {
    url: `smtp://127.0.0.1:${at}`,
    port: at,
    taken,
    state,
    read: (index: number) => PostalMime.parse(taken.at(index)!.raw),
    stop: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

export const codeIn = (text: string | undefined): string => /[A-Z]{4}-[A-Z]{4}/.exec(text ?? '')![0]

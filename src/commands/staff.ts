import type { Settings } from '#config'
import { openDesk } from '../guichet.ts'
import { answers, findRunningDemo } from './running-demo.ts'

/** Prints the code with which somebody of a bank's staff comes into the console. It is shown this once. */
export async function inviteStaff(
  settings: Settings,
  options: { bank: string; name: string },
): Promise<void> {
  // Nothing that can fail comes between the code and its being printed.
  const { url, doubt } = await findConsole(settings)
  await using desk = await openClosing(settings)
  const { member, code, expiresAt } = await desk.staff.invite(options.bank, options.name)
  console.log(`${member.name} (${member.id}) may come in at ${url} with the code`)
  console.log(`\n    ${code}\n`)
  console.log(
    `It is good for one passkey, until ${new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ')} UTC. Hand it over in person or by telephone.`,
  )
  if (doubt !== null) console.log(`\n${doubt}`)
}

/** Where the console is, by what this process is told of Guichet, and why that may not be so; null when Guichet answers there. */
export async function findConsole(
  settings: Pick<Settings, 'dataFolder' | 'publicUrl'>,
): Promise<{ url: URL; doubt: string | null }> {
  // A demo on other ports says so in its folder alone.
  const origin = (await findRunningDemo(settings.dataFolder)) ?? settings.publicUrl.origin
  const url = new URL('/console', origin)
  if (await answers(new URL('/health', origin).href)) return { url, doubt: null }
  const doubt = `Nothing answers at ${origin} from here. The code is good wherever this Guichet is: where its address is another one, set GUICHET_PUBLIC_URL here as it is set there, and that address is named.`
  return { url, doubt }
}

/** Prints a line for each member of a bank's staff. */
export async function listStaff(settings: Settings, bankId: string): Promise<void> {
  await using desk = await openClosing(settings)
  const members = await desk.staff.list(bankId)
  if (members.length === 0)
    console.log(`Nobody of ${bankId} has been invited: guichet staff invite --bank ${bankId} --name NAME`)
  for (const { id, name, hasPasskey } of members)
    console.log(`${id}  ${hasPasskey ? 'has come in' : 'invited    '}  ${name}`)
}

/** Ends a member's passkeys and sessions. */
export async function removeStaff(settings: Settings, id: string): Promise<void> {
  await using desk = await openClosing(settings)
  await desk.staff.remove(id)
  console.log(`${id} can no longer come in, and is signed out.`)
}

async function openClosing(settings: Settings) {
  const desk = await openDesk(settings)
  return { ...desk, [Symbol.asyncDispose]: () => desk.close() }
}

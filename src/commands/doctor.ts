import { readSettings, type Settings } from '#config'
import { Fault } from '#kit'
import { type Finding, right, tellFinding, wrong } from './check.ts'
import { checkBanks } from './check-banks.ts'
import { checkChannels } from './check-channels.ts'
import { checkConnections } from './check-connections.ts'
import {
  checkClock,
  checkJobs,
  checkMigrations,
  checkQuarantine,
  checkRoles,
  findDatabase,
} from './check-database.ts'
import { checkJudges } from './check-judges.ts'
import { checkLog } from './check-log.ts'
import { checkDisk, checkFolders, checkNode } from './check-machine.ts'
import { checkMail } from './check-mail.ts'

/** Checks an installation, running or not, and changes nothing. Exits 1 when something is wrong. */
export async function runDoctor(environment: Record<string, string | undefined>): Promise<void> {
  let wrongs = 0
  const tell = (...findings: Finding[]) => {
    for (const finding of findings) {
      if (finding.state === 'wrong') wrongs++
      console.log(tellFinding(finding))
    }
  }
  tell(checkNode())
  const settings = readOrTell(environment, tell)
  if (settings) await checkInstallation(settings, tell)
  console.log(wrongs === 0 ? '\nNothing is wrong.' : `\n${wrongs} to mend.`)
  if (wrongs > 0) process.exitCode = 1
}

async function checkInstallation(settings: Settings, tell: (...findings: Finding[]) => void): Promise<void> {
  tell(await checkDisk(settings), ...(await checkFolders(settings)))
  const { found, finding } = await findDatabase(settings)
  tell(finding)
  if (found) {
    try {
      tell(
        await checkMigrations(found),
        ...(await checkRoles(found)),
        await checkClock(found),
        await checkJobs(found),
        ...(await checkQuarantine(found)),
        ...(await checkJudges(found)),
        ...(await checkConnections(found)),
        ...(await checkChannels(found, Date.now())),
      )
      tell(await checkLog(settings, found.urls.log))
    } finally {
      await found.leave()
    }
  }
  tell(...(await checkBanks(settings)), await checkMail(settings))
}

function readOrTell(
  environment: Record<string, string | undefined>,
  tell: (...findings: Finding[]) => void,
): Settings | null {
  try {
    const settings = readSettings(environment)
    tell(right(`Settings: ${settings.publicUrl.href}`))
    return settings
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    tell(
      ...(error.detail ?? '').split('\n').map((line) => wrong(line, 'docs/settings.md lists every setting.')),
    )
    return null
  }
}

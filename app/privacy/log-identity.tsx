import type { PrivacyJson } from '../../src/http/api.ts'
import { useHere } from '../guichet.tsx'
import { VerifyCommand } from './verify-command.tsx'

/** Which log, which key, and how to check all of it without us. */
export function LogIdentity({ log }: { log: PrivacyJson['log'] }) {
  const { words } = useHere()
  return (
    <details>
      <summary>{words.logIdentity}</summary>
      <dl className="facts">
        <dt>{words.logName}</dt>
        <dd>{log.origin}</dd>
        <dt>{words.logKey}</dt>
        <dd>
          <code>{log.vkey}</code>
        </dd>
        <dt>{words.checkYourself}</dt>
        <dd>
          <p>{words.checkYourselfSays}</p>
          <VerifyCommand file="guichet-….json" vkey={log.vkey} />
        </dd>
      </dl>
    </details>
  )
}

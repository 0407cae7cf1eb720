import { Link } from 'wouter'
import type { AppAskedJson } from '../../src/http/api.ts'
import { useHere } from '../guichet.tsx'

/** The accounts at one bank, each off until it is ticked. */
export function BankAccounts(props: {
  bank: AppAskedJson['banks'][number]
  ticked: ReadonlySet<string>
  onToggle(id: string): void
}) {
  const { words } = useHere()
  const { bank, ticked, onToggle } = props
  return (
    <fieldset>
      <legend>{bank.bank}</legend>
      {bank.accounts === null ? (
        <p>
          {words.allowNotShown} <Link href="/link?purpose=account-view">{words.linkBank}</Link>
        </p>
      ) : (
        <div className="purposes">
          {bank.accounts.map(({ id, name, numberDisplay }) => (
            <label key={id} className="choice">
              <input type="checkbox" checked={ticked.has(id)} onChange={() => onToggle(id)} />
              <span className="choice-words">
                <strong>{name}</strong>
                <span className="muted">{words.allowEnding(numberDisplay)}</span>
              </span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  )
}

import type { BankJson } from '../../src/http/api.ts'
import { useHere } from '../guichet.tsx'
import { Monogram } from '../parts/monogram.tsx'

/** One bank to choose. A simulated one says so, wherever its name stands. */
export function BankChoice(props: { bank: BankJson; chosen: boolean; onChoose(): void }) {
  const { words } = useHere()
  const { bank, chosen, onChoose } = props
  const hasLeft = bank.status === 'withdrawn'
  return (
    <label className="choice">
      <input type="radio" name="bank" checked={chosen} disabled={hasLeft} onChange={onChoose} />
      <Monogram name={bank.name} />
      <span className="choice-words">
        <strong>{bank.name}</strong>
        <span className="under">
          {[bank.simulated ? words.simulated : '', hasLeft ? words.bankLeft : ''].filter(Boolean).join(' · ')}
        </span>
      </span>
      {bank.linked && <span className="tag">{words.alreadyLinked}</span>}
    </label>
  )
}

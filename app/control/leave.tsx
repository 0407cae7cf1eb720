import { useState } from 'react'
import type { Act } from './state.ts'
import type { ControlWords } from './words.ts'

/** The bank goes, with all its people's data. Asked twice, because it does not come back. */
export function Leave({ bankId, words, act }: { bankId: string; words: ControlWords; act: Act }) {
  const [asking, setAsking] = useState(false)
  return (
    <div className="stack leave">
      <p className="small muted">{words.leaveHint}</p>
      {asking ? (
        <div className="row">
          <button type="button" className="danger" onClick={() => void act('withdraw-bank', { bankId })}>
            {words.leaveConfirm}
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            {words.cancel}
          </button>
        </div>
      ) : (
        <div>
          <button type="button" onClick={() => setAsking(true)}>
            {words.leave}
          </button>
        </div>
      )}
    </div>
  )
}

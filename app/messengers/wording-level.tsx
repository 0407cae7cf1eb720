import type { MessengersJson } from '../../src/http/api.ts'
import { useHere } from '../guichet.tsx'
import { MESSENGER_WORDS } from './words.ts'

type Wording = MessengersJson['wording']

/** How much a chat app is told of what waits: its kind, or not even that. */
export function WordingLevel(props: { wording: Wording; onChoose(wording: Wording): void }) {
  const { locale } = useHere()
  const words = MESSENGER_WORDS[locale]
  return (
    <fieldset className="card stack">
      <legend>
        <h2>{words.wordingTitle}</h2>
      </legend>
      {(['plain', 'neutral'] as const).map((wording) => (
        <label key={wording} className="pick">
          <input
            type="radio"
            name="wording"
            checked={props.wording === wording}
            onChange={() => props.onChoose(wording)}
          />
          <span>
            {words.wordings[wording].name}
            <span className="under">{words.wordings[wording].says}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

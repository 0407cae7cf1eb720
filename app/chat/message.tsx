import { formatTime } from '../format.ts'
import { useHere } from '../guichet.tsx'
import type { KindProps } from './kinds/content.tsx'
import { KINDS } from './kinds/kinds.ts'
import { Withheld } from './kinds/withheld.tsx'

/** One line of the conversation. Everything in it is text: nothing a merchant or a person wrote is ever markup. */
export function Message(props: KindProps) {
  const { locale, words } = useHere()
  const { from, bank, kind, show, withheld, at, lang } = props.message
  const person = from === 'human' ? words.person(bank ?? '') : null
  const Kind = KINDS[kind]
  return (
    <article className={show && !withheld ? `message ${from} wide` : `message ${from}`} tabIndex={-1}>
      {person ? (
        <p className="human-name">{words.says(person)}</p>
      ) : (
        <span className="hidden-text">{words.says(from === 'person' ? words.you : words.guichet)}</span>
      )}
      {withheld ? (
        <Withheld why={withheld} />
      ) : (
        <div lang={lang}>
          <Kind {...props} />
        </div>
      )}
      <p className="stamp">
        <time dateTime={new Date(at).toISOString()}>{formatTime(at, locale)}</time>
      </p>
    </article>
  )
}

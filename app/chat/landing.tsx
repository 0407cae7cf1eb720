import { useEffect, useState } from 'react'
import type { BankJson } from '../../src/http/api.ts'
import { useHere } from '../guichet.tsx'

/** What a journey to the bank and back came to. The address is cleaned, so that reloading does not say it again. */
export function Landing({ banks }: { banks: BankJson[] }) {
  const { words, locale } = useHere()
  const [query] = useState(() => new URLSearchParams(location.search))
  const [sentence, setSentence] = useState<string | null>(null)
  const failure = query.get('error')

  useEffect(() => {
    if (location.search) history.replaceState(null, '', '/')
  }, [])

  useEffect(() => {
    if (!failure) return
    fetch(`/api/faults/${encodeURIComponent(failure)}?locale=${locale}`)
      .then((response) => response.json())
      .then((json: { sentence: string }) => setSentence(json.sentence))
      .catch(() => setSentence(words.noConnection))
  }, [failure, locale, words])

  if (failure) {
    return sentence ? (
      <p className="notice bad" role="alert">
        {sentence}
      </p>
    ) : null
  }
  const linked = query.get('linked')
  if (linked) {
    const name = banks.find((bank) => bank.id === linked)?.name
    return name ? (
      <p className="notice" role="status">
        {words.linked(name)}
      </p>
    ) : null
  }
  if (query.has('erased')) {
    return (
      <p className="notice" role="status">
        {words.erased}
      </p>
    )
  }
  return query.has('signed-in') ? (
    <p className="notice" role="status">
      {words.signedIn}
    </p>
  ) : null
}

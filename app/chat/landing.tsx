import { useEffect, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import type { BankJson } from '../../src/http/api.ts'
import { get } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Notice } from '../parts/notice.tsx'
import { takeReturnTo } from '../signin/return-to.ts'

/** What a journey to the bank and back came to. The address is cleaned, so that reloading does not say it again. */
export function Landing({ banks }: { banks: BankJson[] }) {
  const { words, locale, conversation } = useHere()
  const search = useSearch()
  const [, go] = useLocation()
  const [query, setQuery] = useState(() => new URLSearchParams(search))
  const [sentence, setSentence] = useState<string | null>(null)
  const failure = query.get('error')

  useEffect(() => {
    if (!search) return
    const landed = new URLSearchParams(search)
    setQuery(landed)
    // Only who did sign in goes on; whoever came back without stays, to read why.
    const next = takeReturnTo()
    go(landed.has('signed-in') && next ? next : '/', { replace: true })
  }, [search, go])

  useEffect(() => {
    if (!failure) return
    get<{ sentence: string }>(`/api/faults/${encodeURIComponent(failure)}?locale=${locale}`).then(
      (json) => setSentence(json.sentence),
      () => setSentence(words.noConnection),
    )
  }, [failure, locale, words])

  if (failure) return sentence && <Notice bad>{sentence}</Notice>
  const linked = banks.find((bank) => bank.id === query.get('linked'))
  // The conversation itself goes on from there.
  if (linked) return conversation.arrived.size === 0 && <Notice>{words.linked(linked.name)}</Notice>
  return query.has('signed-in') && <Notice>{words.signedIn}</Notice>
}

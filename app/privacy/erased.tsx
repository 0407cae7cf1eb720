import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { verifyStatement } from '#accesslog/proof'
import type { ErasedJson, ShredJson } from '../../src/http/api.ts'
import { formatInstant, formatNumber } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Heading } from '../parts/heading.tsx'
import { saveFile } from '../parts/save-file.ts'
import { VerdictMark } from './verdict-mark.tsx'
import { VerifyCommand } from './verify-command.tsx'
import type { Verdict } from './verify-read.ts'

/** What is left of somebody: the log's lines that they are gone, and the files that prove it. */
export function Erased({ erased }: { erased: ErasedJson }) {
  const { words } = useHere()
  const { log, shreds } = erased
  return (
    <main className="page stack" id="content">
      <header className="stack">
        <Heading>{words.erasedTitle}</Heading>
        <p className="lead" role="status">
          {words.erased}
        </p>
      </header>
      <section className="card stack">
        <p>{words.erasedLog}</p>
        <ul className="plain-list reads">
          {shreds.map((shred) => (
            <ShredLine key={shred.index} shred={shred} vkey={log.vkey} />
          ))}
        </ul>
        <div className="check-later">
          <p>{words.checkLater}</p>
          <VerifyCommand file={`erased-${shreds[0]?.index}.tlog-proof`} vkey={log.vkey} />
        </div>
      </section>
      <div>
        <Link className="button" href="/">
          {words.backToChat}
        </Link>
      </div>
    </main>
  )
}

function ShredLine({ shred, vkey }: { shred: ShredJson; vkey: string }) {
  const { locale, words } = useHere()
  const { kind, index, statement, proof } = shred
  const [verdict, setVerdict] = useState<Verdict>({ state: proof === null ? 'unsigned' : 'waiting' })
  useEffect(() => {
    if (proof === null) return
    let isGone = false
    void verifyShred(proof, statement, vkey).then((found) => {
      if (!isGone) setVerdict(found)
    })
    return () => {
      isGone = true
    }
  }, [proof, statement, vkey])

  const save = () =>
    saveFile({ name: `erased-${index}.tlog-proof`, blob: new Blob([proof ?? ''], { type: 'text/plain' }) })

  return (
    <li>
      <details className="read">
        <summary>
          <span className="read-line">
            <span>{words.shreds[kind]}</span>
            <VerdictMark verdict={verdict} />
            <span className="read-facts small muted">
              {words.erasedAt(formatInstant(Date.parse(JSON.parse(statement).time), locale))}
            </span>
          </span>
        </summary>
        <dl className="facts">
          <dt>{words.logIndex}</dt>
          <dd>{formatNumber(index, locale)}</dd>
          {verdict.state === 'verified' && (
            <>
              <dt>{words.logSize}</dt>
              <dd>{formatNumber(verdict.size, locale)}</dd>
            </>
          )}
          <dt>{words.statement}</dt>
          <dd>
            <code>{statement}</code>
          </dd>
        </dl>
      </details>
      {proof !== null && (
        <div>
          <button type="button" className="small-button" onClick={save}>
            {words.proofFile}
          </button>
        </div>
      )}
    </li>
  )
}

async function verifyShred(proof: string, statement: string, vkey: string): Promise<Verdict> {
  const checked = await verifyStatement(proof, vkey, 'guichet.shred/1')
  if (!checked.ok) return { state: 'wrong', why: checked.why }
  const isShown = new TextDecoder().decode(checked.payload) === statement
  return isShown
    ? { state: 'verified', index: checked.index, size: checked.size }
    : { state: 'wrong', why: 'statement-differs' }
}

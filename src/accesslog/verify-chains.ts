import type { ChainReport, Finding, ProvenRead } from './file-report.ts'

/** Follows each chain from its first record: every number once, and every record naming the one before. */
export function followChains(reads: readonly ProvenRead[]): { chains: ChainReport[]; findings: Finding[] } {
  const findings: Finding[] = []
  const chains: ChainReport[] = []
  for (const [sub, chain] of bySubject(reads)) {
    const sorted = [...chain].sort((a, b) => a.seq - b.seq)
    const { bank } = sorted[0]!
    let before: ProvenRead | null = null
    for (const read of sorted) {
      const expected: number = (before?.seq ?? 0) + 1
      if (before?.seq === read.seq) findings.push({ code: 'read-repeated', bank, seq: read.seq })
      else if (read.seq > expected)
        findings.push({ code: 'reads-missing', bank, seq: expected, to: read.seq - 1 })
      else if (read.record.prev !== (before?.leaf ?? ''))
        findings.push({ code: 'chain-broken', bank, seq: read.seq })
      before = read
    }
    chains.push({ bank, sub, first: sorted[0]!.seq, last: sorted.at(-1)!.seq, count: sorted.length })
  }
  return { chains, findings }
}

/** A person has one pseudonym for each link, and each link has one chain. */
function bySubject(reads: readonly ProvenRead[]): Map<string, ProvenRead[]> {
  const chains = new Map<string, ProvenRead[]>()
  for (const read of reads) {
    const chain = chains.get(read.record.sub)
    if (chain) chain.push(read)
    else chains.set(read.record.sub, [read])
  }
  return chains
}

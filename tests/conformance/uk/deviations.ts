/** Where the UK face is not as the published tests expect, and why. The same list is in docs/standards.md. */
export const DEVIATIONS: readonly { why: string; ids: readonly string[] }[] = [
  {
    why: 'Guichet is not told of beneficiaries: an empty list would say that there are none. An address that is not implemented is 404, as the standard has it.',
    ids: [
      'OB-400-BEN-101800',
      'OB-400-BEN-101900',
      'OB-400-BEN-102200',
      'OB-400-BEN-102204',
      'OB-400-BEN-102205',
    ],
  },
  {
    why: 'Guichet is not told of direct debit mandates, for the same reason.',
    ids: [
      'OB-400-DIR-102300',
      'OB-400-DIR-102400',
      'OB-400-DIR-102500',
      'OB-400-DIR-102503',
      'OB-400-DIR-102504',
    ],
  },
  {
    why: 'Guichet is not told of scheduled payments, for the same reason.',
    ids: [
      'OB-400-SCP-103500',
      'OB-400-SCP-103600',
      'OB-400-SCP-103700',
      'OB-400-SCP-103703',
      'OB-400-SCP-103704',
    ],
  },
  {
    why: 'Guichet is not told of standing orders, for the same reason.',
    ids: [
      'OB-400-STO-103800',
      'OB-400-STO-103900',
      'OB-400-STO-103901',
      'OB-400-STO-104000',
      'OB-400-STO-104102',
      'OB-400-STO-104103',
    ],
  },
  {
    why: 'The test asks for /party with ReadParty alone. In the standard that permission opens the party of an account, and /party needs ReadPartyPSU.',
    ids: ['OB-400-PAR-103105'],
  },
  {
    why: 'The test asks for /product, an address that the standard does not have: it has /products.',
    ids: ['OB-400-PRO-103403'],
  },
]

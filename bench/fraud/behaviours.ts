import { type Answering, BANK_ONLY } from '../../sim/cards/index.ts'

/** Six in ten victims answer, half of them within twenty minutes; of all “not me”, one in fifty is about a payment of their own. */
export const CHAT: Answering = { ...BANK_ONLY, answerShare: 0.6, falseReportShare: 0.02 }

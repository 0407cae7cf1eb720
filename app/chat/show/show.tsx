import type { ShowJson } from '../../../src/http/api.ts'
import { Accounts } from './accounts.tsx'
import { Bars } from './bars.tsx'
import { Figures } from './figures.tsx'
import { Forecast } from './forecast.tsx'
import { Offer } from './offer.tsx'
import { OverTime } from './over-time.tsx'
import { Recurring } from './recurring.tsx'
import { type Choice, Transactions } from './transactions.tsx'
import './show.css'

/** What an answer shows beside its sentence. Each is a table or words, so that no figure hides in a picture. */
export function Show({ show, choice }: { show: ShowJson; choice?: Choice }) {
  switch (show.type) {
    case 'transactions':
      return <Transactions {...show} {...(choice && { choice })} />
    case 'table':
      return <Figures {...show} />
    case 'bars':
      return <Bars {...show} />
    case 'accounts':
      return <Accounts {...show} />
    case 'over-time':
      return <OverTime {...show} />
    case 'forecast':
      return <Forecast {...show} />
    case 'recurring':
      return <Recurring {...show} />
    case 'offer':
      return <Offer {...show} />
  }
}

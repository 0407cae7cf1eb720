import type { NotServed } from '../question.ts'

/** What is said of each thing that people ask a bank for and is not done here: where it is done. */
export const NOT_SERVED_EN: Record<NotServed, string> = {
  transfer:
    'I do not move money: I only read and warn. Transfers are made at your bank, in its own app or branch.',
  bills:
    'I do not pay bills, and card statements are with your bank: there you see what is due, and pay it. I can list your regular payments.',
  loan: 'I do not give or arrange loans, and know nothing of an application. Your bank’s advisers do; write “talk to someone” and I note it for them.',
  rates: 'I do not know your bank’s interest rates. They stand in its own app and in your contract.',
  pin: 'I never see your card’s PIN and cannot change it. Your bank’s own app or a cash machine can; tell nobody the PIN, me included.',
  cheques: 'I cannot order or pay in cheques. Your bank’s own app or a branch does.',
  details:
    'I keep full account and card numbers out of the chat. Your bank’s own app shows them, and its account details to give to others.',
  limit: 'I do not know or change the limits of your card. Your bank’s own app or a branch does.',
  overdraft:
    'What overdraft is agreed with you is your bank’s to say and to change. I can tell you your balance.',
  'credit-score':
    'I keep no credit score of you, and make none. Credit reference agencies do, and must show you theirs.',
  rewards: 'I do not see points or rewards. Your bank’s own app shows and redeems them.',
  fees: 'I do not know what your bank charges abroad or at home: its list of fees does. I can look for a charge that was already made.',
  'exchange-rate': 'I do not give exchange rates. For a payment that was made abroad I show both amounts.',
  declined:
    'Why a payment was refused only your bank can say for certain. If it asked “was this you?”, the question is above in this conversation; else call the number on the back of your card.',
  unblock:
    'A card that was blocked from here is unblocked on our page My cards, after a fresh sign-in. Anything your bank itself blocked, it must unblock.',
  'new-card':
    'A new card in place of a blocked one can be ordered on our page My cards. Any other card comes from your bank. If yours is lost or stolen, write “block my card” first.',
  contactless: 'I cannot switch contactless payment on or off. Your bank’s own app can.',
  'virtual-card': 'I do not make virtual cards. Your bank’s own app does, where it offers them.',
  insurance:
    'I do not know what insurance goes with your card. Its terms say so, and your bank can tell you.',
  'open-account': 'I do not open accounts: your bank does. An account that you have can be linked here.',
  'close-account':
    'I cannot close an account at your bank: only you can, there. To have me forget everything instead, write “forget me”.',
  invest: 'I give no advice on investing, and buy and sell nothing. Ask your bank or an independent adviser.',
  'odd-payment':
    'If a payment was not you, write “this was not me” and I show you which to tick. If a card is lost or stolen, write “block my card”.',
}

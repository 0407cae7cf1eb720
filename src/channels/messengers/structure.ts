/**
 * The messengers' own words, field by field, as their documentation writes them and as our doors use them. A field or a word
 * that is not here is not sent: the shape of a message could say as much as its text.
 */
export const WORDS: Readonly<Record<string, readonly string[] | RegExp>> = {
  type: [
    ...[
      'template',
      'web_url',
      'postback',
      'reply',
      'interactive',
      'button',
      'cta_url',
      'text',
      'payload',
      'list',
    ],
    ...['buttons', 'URL', 'POSTBACK', 'QUICK_REPLY', 'BODY', 'BUTTONS'],
  ],
  template_type: ['button', 'generic'],
  content_type: ['text'],
  messaging_type: ['RESPONSE', 'UTILITY'],
  messaging_product: ['whatsapp'],
  recipient_type: ['individual'],
  category: ['UTILITY'],
  sub_type: ['url', 'quick_reply'],
  policy: ['deterministic'],
  index: ['0', '1'],
  code: ['en', 'fr'],
  language: ['en', 'fr'],
  lang: ['en', 'fr'],
  locale: ['en', 'fr'],
  style: ['danger'],
  msgtype: ['m.text'],
  // An action of WhatsApp's, and a template: the operator's prefix and the name of a sentence.
  name: /^(?:cta_url|[a-z][a-z_]{0,40}_(?:card_question|payment_question|please_look_now|answer_ready|message_waiting))$/,
  allowed_updates: ['message', 'edited_message', 'callback_query', 'my_chat_member'],
  subscribed_fields: [
    ...['messages', 'messaging_postbacks', 'messaging_referrals', 'message_deliveries', 'message_reads'],
    'message_template_status_update',
  ],
}

/** Fields of the messengers' that hold further ones, a text of ours, a link or a token. */
export const HOLDERS: ReadonlySet<string> = new Set([
  ...[
    'recipient',
    'message',
    'secret_token',
    'attachment',
    'payload',
    'template',
    'components',
    'parameters',
    'body',
    'action',
  ],
  ...[
    'interactive',
    'reply',
    'buttons',
    'text',
    'title',
    'display_text',
    'url',
    'href',
    'link',
    'label',
    'receipt',
  ],
  ...[
    'example',
    'url_suffix_example',
    'preview_url',
    'is_disabled',
    'protect_content',
    'link_preview_options',
  ],
  ...['quick_replies', 'elements', 'sections', 'rows', 'button'],
  ...['reply_markup', 'inline_keyboard', 'callback_data', 'id', 'to', 'chat_id', 'callback_query_id'],
])

/** Where a random token stands alone. */
export const TOKENS: ReadonlySet<string> = new Set([
  ...['payload', 'callback_data', 'id', 'text', 'url', 'receipt'],
])

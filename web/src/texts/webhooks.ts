import { many } from './many';

export const webhooks = {
  deliveriesCouldNotRead: (message: string) => `Its deliveries could not be read: ${message}`,
  lastDeliveries: 'Its last deliveries',
  deliveredFailedOpen: (delivered: string, failed: string, open: string) =>
    `${delivered} delivered, ${failed} failed, ${open} open`,
  deliveriesOf: (id: string) => `Deliveries of ${id}`,
  answer: 'Answer',
  took: 'Took',
  event: 'Event',
  when: 'When',
  noAnswer: 'no answer',

  subscribed: 'The subscription is made.',
  newSubscription: 'New subscription',
  subscribeExplained: 'Events that match are posted to the address, signed and retried.',
  subscribe: 'Subscribe',
  address: 'Address',
  addressExample: 'https://example.com/hooks',
  eventsBySpaces: 'Events, by spaces',
  eventsExample: 'For example task.failed, order.* or *',
  description: 'Description',
  optional: '(optional)',

  secretShownOnce: 'The secret, shown this once',
  secretKept: 'I have kept it',
  secretExplained: 'The receiver checks signatures with it. It cannot be read again; a lost one is rotated.',
  theSecret: 'the secret',
  graceUntil: (at: string) => `The one before signs too until ${at}.`,

  eventsGoThereAgain: 'Events go there again.',
  testEventOnWay: 'The test event is on its way.',
  enabled: 'Enabled',
  disabled: 'Disabled',
  secretOf: (number: number) => `secret ${number}`,
  oneBeforeUntil: ', the one before until',
  by: 'by',
  sendTestEvent: 'Send a test event',
  itIsDisabled: 'It is disabled.',
  itsDelivery: 'Its delivery',
  rotateSecretAsk: 'Rotate secret…',
  disableAsk: 'Disable…',
  enable: 'Enable',
  testMessage: 'A test event, sent from the dashboard.',

  secretRotated: 'The secret is rotated.',
  rotateSecret: 'Rotate the secret',
  rotateExplained:
    'A new secret signs from now on; the one before signs too for a while, so that the receiver can change over.',
  rotate: 'Rotate',
  graceHours: 'The old one signs too for hours',
  isDisabled: 'No event goes there any more.',
  disableSubscription: 'Disable the subscription',
  disableExplained: (url: string) =>
    `No event goes to ${url} any more; deliveries that wait fail, and can be retried later.`,
  disable: 'Disable',

  webhooks: 'Webhooks',
  listed: (count: number, disabled: number) =>
    `${many(count, 'subscription')}${disabled > 0 ? `, ${disabled} disabled` : ''}`,
} as const;

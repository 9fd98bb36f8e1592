import type { Category, TransactionType, Worksheet } from '../transaction';

/** What a kind of payee means for the books. */
export interface Treatment {
  readonly type: TransactionType;
  readonly worksheet: Worksheet;
  readonly category: Category;
}

const business = (category: Category, type: TransactionType = 'purchase'): Treatment => ({
  type,
  worksheet: '6A',
  category,
});
const vehicle = (type: TransactionType = 'purchase'): Treatment => ({
  type,
  worksheet: 'Vehicle',
  category: 'Car and truck expenses',
});
const home = (type: TransactionType = 'service'): Treatment => ({
  type,
  worksheet: 'HomeOffice',
  category: 'Utilities',
});
const personal = (type: TransactionType = 'purchase'): Treatment => ({
  type,
  worksheet: 'Personal',
  category: 'Personal',
});

/**
 * What each kind of payee means. Where both uses are usual, the convention is: groceries, general stores, clothes,
 * health, leisure and home are personal; marketplaces, electronics, meals and travel are business.
 */
export const KINDS = {
  software: business('Other expenses', 'subscription'),
  hosting: business('Other expenses', 'subscription'),
  advertising: business('Advertising', 'service'),
  office: business('Office expenses'),
  postage: business('Office expenses', 'service'),
  electronics: business('Supplies'),
  marketplace: business('Supplies'),
  materials: business('Supplies'),
  professional: business('Legal and professional services', 'service'),
  contractor: business('Contract labor', 'payment'),
  payroll: business('Wages', 'payment'),
  commission: business('Commissions and fees', 'fee'),
  insurance: business('Insurance', 'payment'),
  benefits: business('Employee benefits', 'payment'),
  pension: business('Pension and profit sharing', 'payment'),
  taxes: business('Taxes and licenses', 'payment'),
  interest: business('Other interest', 'fee'),
  mortgage: business('Mortgage interest', 'payment'),
  bankFee: business('Other expenses', 'fee'),
  officeRent: business('Rent of business property', 'payment'),
  equipmentRent: business('Rent of vehicles and equipment', 'payment'),
  repairs: business('Repairs and maintenance', 'service'),
  training: business('Other expenses', 'service'),
  airline: business('Travel'),
  hotel: business('Travel', 'service'),
  ride: business('Travel', 'service'),
  carRental: business('Travel', 'service'),
  meal: business('Meals'),
  fuel: vehicle(),
  parking: vehicle('service'),
  carRepair: vehicle('service'),
  utility: home(),
  telecom: home('subscription'),
  groceries: personal(),
  generalStore: personal(),
  clothes: personal(),
  homeGoods: personal(),
  health: personal(),
  beauty: personal('service'),
  fitness: personal('subscription'),
  streaming: personal('subscription'),
  leisure: personal(),
  pets: personal(),
  education: personal('payment'),
  gift: personal('payment'),
  cash: personal('transfer'),
  transfer: { type: 'transfer', worksheet: '6A', category: 'Not an expense' },
  cardPayment: { type: 'payment', worksheet: '6A', category: 'Not an expense' },
  income: { type: 'payment', worksheet: '6A', category: 'Not an expense' },
} satisfies Record<string, Treatment>;

export type Kind = keyof typeof KINDS;

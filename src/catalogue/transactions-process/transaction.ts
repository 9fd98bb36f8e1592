import { z } from 'zod';

/** What is to be found out about each transaction. */
export const OPERATIONS = ['payee-lookup', 'classification', 'both'] as const;
export type Operation = (typeof OPERATIONS)[number];

const TRANSACTION_TYPES = ['purchase', 'payment', 'transfer', 'fee', 'subscription', 'service'] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

const WORKSHEETS = ['6A', 'Vehicle', 'HomeOffice', 'Personal'] as const;
export type Worksheet = (typeof WORKSHEETS)[number];

/** The expenses of a sole trader's tax form in the USA (Schedule C, part II), and what is none of them. */
const CATEGORIES = [
  'Advertising',
  'Car and truck expenses',
  'Commissions and fees',
  'Contract labor',
  'Depletion',
  'Depreciation',
  'Employee benefits',
  'Insurance',
  'Mortgage interest',
  'Other interest',
  'Legal and professional services',
  'Office expenses',
  'Pension and profit sharing',
  'Rent of vehicles and equipment',
  'Rent of business property',
  'Repairs and maintenance',
  'Supplies',
  'Taxes and licenses',
  'Travel',
  'Meals',
  'Utilities',
  'Wages',
  'Other expenses',
  'Not an expense',
  'Personal',
  'Review',
] as const;
export type Category = (typeof CATEGORIES)[number];

const payeeFields = {
  normalisedDescription: z.string().min(1).max(200).describe('The merchant in one to five words.'),
  payee: z.string().min(1).max(200),
  type: z.enum(TRANSACTION_TYPES),
};

const classificationFields = {
  classification: z.enum(['business', 'personal']),
  worksheet: z.enum(WORKSHEETS),
  category: z.enum(CATEGORIES),
  businessPercentage: z.union([z.literal(0), z.literal(50), z.literal(100)]),
};

const commonFields = {
  confidence: z.enum(['high', 'medium', 'low']),
  reasoning: z.string().max(2000),
  questions: z.string().max(2000).optional().describe('What a person would have to be asked.'),
};

const payeeFinding = z.object(payeeFields);
const classification = z.object(classificationFields);
const common = z.object(commonFields);
export type PayeeFinding = z.output<typeof payeeFinding>;
export type Classification = z.output<typeof classification>;
/** What an agent found out, as far as it was asked. */
export type Finding = z.output<typeof common> & Partial<PayeeFinding> & Partial<Classification>;

const SCHEMAS = {
  'payee-lookup': z.object({ ...payeeFields, ...commonFields }),
  classification: z.object({ ...classificationFields, ...commonFields }).superRefine(personalTogether),
  both: z.object({ ...payeeFields, ...classificationFields, ...commonFields }).superRefine(personalTogether),
} as const;

/** A finding as the operation wants it. @throws Error that says what an agent's finding lacks. */
export function checkFinding(operation: Operation, finding: unknown): Finding {
  const checked = SCHEMAS[operation].safeParse(finding);
  if (checked.success) return checked.data as Finding;
  const faults = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw new Error(`The agent's finding is not usable: ${faults.join('; ')}`);
}

function personalTogether({ classification, worksheet }: Classification, context: z.RefinementCtx): void {
  if ((classification === 'personal') !== (worksheet === 'Personal')) {
    context.addIssue({
      code: 'custom',
      message: 'a personal expense belongs on the worksheet Personal, and no other does',
    });
  }
}

import type { TransactionAgent } from './agent';
import { readDescriptor } from './rules/descriptor';
import { KINDS, type Treatment } from './rules/kinds';
import { lookUp, type PayeeMatch } from './rules/payee-lookup';
import type { Transaction } from './statement/statement';
import type { Classification, Finding, PayeeFinding } from './transaction';

/** A payee that nothing is known of: a business expense, until somebody has looked at it. */
const UNKNOWN: Treatment = { type: 'purchase', worksheet: '6A', category: 'Review' };

/** The agent that ships: fixed rules, the same answer for the same transaction, nothing outside. */
export const ruleAgent: TransactionAgent = {
  method: 'rules-1',
  async process(transaction, { operation }) {
    const match = lookUp(readDescriptor(transaction.description));
    const treatment = match.kind ? KINDS[match.kind] : UNKNOWN;
    const finding: Finding = { confidence: match.confidence, reasoning: match.reasoning };
    if (operation !== 'classification') Object.assign(finding, payeeOf(match, treatment));
    if (operation !== 'payee-lookup') Object.assign(finding, classificationOf(treatment));
    const question = questionFor(transaction, match);
    return question ? { ...finding, questions: question } : finding;
  },
};

function payeeOf({ payee, normalisedDescription }: PayeeMatch, { type }: Treatment): PayeeFinding {
  return { normalisedDescription, payee, type };
}

function classificationOf({ worksheet, category }: Treatment): Classification {
  const personal = worksheet === 'Personal';
  return {
    classification: personal ? 'personal' : 'business',
    worksheet,
    category,
    // A room at home is used for both.
    businessPercentage: personal ? 0 : worksheet === 'HomeOffice' ? 50 : 100,
  };
}

function questionFor({ date, amount }: Transaction, { payee, kind }: PayeeMatch): string | undefined {
  return kind ? undefined : `What was ${payee} (${date}, ${amount}) for?`;
}

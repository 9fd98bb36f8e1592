import { z } from 'zod';

/** The parts of a result of `citations.extract`. Names of fields are those that legal tools around it know. */

const year = z.string().describe('Four digits.');

export const citationSchema = z.object({
  citation: z.string().describe('As the text has it, in one line: 347 U. S. 483.'),
  normalized_citation: z.string().describe('In the reporter’s standard form: 347 U.S. 483.'),
  extracted_case_name: z.string().describe('From the text before it; N/A when there is none.'),
  extracted_date: year.nullable(),
  canonical_name: z.string().nullable().describe('From the source that verified it, or a parallel one.'),
  canonical_date: z.string().nullable(),
  canonical_url: z.string().nullable(),
  cluster_case_name: z.string().nullable(),
  verified: z.boolean().describe('A source knows it, with name, date and address, and the text does not contradict.'),
  true_by_parallel: z.boolean().describe('Not verified itself, but a parallel citation is.'),
  is_verified: z.boolean().describe('Either of the two.'),
  url: z.string().nullable(),
  court: z.string().nullable().describe('Courts-DB identifier, such as scotus.'),
  docket_number: z.string().nullable(),
  docket_numbers: z.array(z.string()),
  confidence: z.number().min(0).max(1),
  method: z.string().describe('What found it.'),
  pattern: z.string().describe('The reporter: U.S.'),
  context: z.string().describe('The text around it.'),
  start_index: z.int().min(0).describe('Where it begins in the text, in UTF-16 units.'),
  end_index: z.int().min(0).describe('Where it ends, exclusive.'),
  is_parallel: z.boolean(),
  is_cluster: z.boolean(),
  parallel_citations: z.array(z.string()),
  cluster_members: z.array(z.string()),
  cluster_id: z.string().nullable(),
  pinpoint_pages: z.array(z.string()),
  case_history: z.array(z.string()).describe("What the text says of the case's fate: aff'd, overruled."),
  publication_status: z.enum(['unpublished']).nullable(),
  source: z.string().nullable().describe('The source that verified it.'),
  error: z.string().nullable().describe('Why it is not verified.'),
  metadata: z.record(z.string(), z.string()),
});
export type Citation = z.output<typeof citationSchema>;

export const clusterSchema = z.object({
  cluster_id: z.string(),
  cluster_case_name: z.string(),
  cluster_year: year.nullable(),
  cluster_size: z.int().min(2),
  citations: z.array(z.string()),
  cluster_members: z.array(z.string()),
  confidence: z.number().min(0).max(1),
  verification_status: z.enum(['verified', 'unverified']),
  verification_source: z.string().nullable(),
  canonical_name: z.string().nullable(),
  canonical_date: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
});
export type Cluster = z.output<typeof clusterSchema>;

const count = z.int().min(0);

export const countsSchema = z.object({
  total_citations: count,
  verified_citations: count.describe('Verified themselves, or by a parallel one.'),
  unverified_citations: count,
  parallel_citations: count.describe('Those that have a parallel one.'),
  unique_cases: count,
});
export type Counts = z.output<typeof countsSchema>;

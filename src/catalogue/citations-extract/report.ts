import type { CaseGroup } from './clusters';
import type { FoundCitation } from './job';
import { judge } from './judge';
import type { Citation, Cluster, Counts } from './schemas';
import type { Finding } from './sources';

/** Everything of a result that follows from the text and the findings. */
interface Report {
  citations: Citation[];
  clusters: Cluster[];
  statistics: Counts;
  summary: Counts;
  case_names: string[];
}

/** A case with what the sources say of it. */
interface JudgedCase {
  readonly group: CaseGroup;
  /** Set for those that have parallel citations. */
  readonly clusterId: string | undefined;
  /** That of the first mention that is verified. */
  readonly canonical: Finding | undefined;
}

const NO_NAME = 'N/A';

/** The confidence in an unknown citation grows with what the text says of it. */
const FOUND = 0.4;
const WITH_NAME = 0.15;
const WITH_YEAR = 0.1;

export function report(groups: readonly CaseGroup[], findings: ReadonlyMap<FoundCitation, Finding>): Report {
  let number = 0;
  const cases = groups.map((group) => ({
    group,
    clusterId: group.members.length > 1 ? `cluster_${++number}` : undefined,
    canonical: group.mentions.map((mention) => findings.get(mention)).find((finding) => finding?.verified),
  }));
  const judged = cases.map((one) => ({
    ...one,
    citations: one.group.mentions.map((mention) => citationOf(mention, one, findings)),
  }));
  const citations = judged.flatMap((one) => one.citations).sort((one, other) => one.start_index - other.start_index);
  const clusters = judged.flatMap((one) => (one.clusterId ? [clusterOf(one, one.clusterId, one.citations)] : []));
  const counts = countsOf(citations, groups.length);
  return {
    citations,
    // What needs a look comes first.
    clusters: clusters.sort((one, other) => rank(one) - rank(other)),
    statistics: counts,
    summary: { ...counts },
    case_names: [...new Set(groups.flatMap(({ name }) => name ?? []))],
  };
}

function citationOf(
  found: FoundCitation,
  { group, clusterId }: JudgedCase,
  findings: ReadonlyMap<FoundCitation, Finding>,
): Citation {
  const finding = findings.get(found);
  const verified = finding?.verified ?? false;
  const parallel = verified ? undefined : parallelOf(found, group, findings);
  const byParallel = parallel !== undefined;
  const known = (verified ? finding : parallel)?.known;
  const others = group.members.filter((member) => member !== found.normalised);
  return {
    citation: found.citation,
    normalized_citation: found.normalised,
    extracted_case_name: found.name ?? NO_NAME,
    extracted_date: found.year ?? null,
    canonical_name: known?.name ?? null,
    canonical_date: known?.date ?? null,
    canonical_url: known?.url ?? null,
    cluster_case_name: clusterId ? (group.name ?? NO_NAME) : null,
    verified,
    true_by_parallel: byParallel,
    is_verified: verified || byParallel,
    url: known?.url ?? null,
    court: found.court ?? null,
    docket_number: found.dockets[0] ?? null,
    docket_numbers: [...found.dockets],
    confidence: finding?.confidence ?? confidenceOf(found),
    method: 'eyecite',
    pattern: found.reporter,
    context: found.context,
    start_index: found.start,
    end_index: found.end,
    is_parallel: clusterId !== undefined,
    is_cluster: clusterId !== undefined,
    parallel_citations: others,
    cluster_members: clusterId ? [...group.members] : [],
    cluster_id: clusterId ?? null,
    pinpoint_pages: [...found.pinpoints],
    case_history: [...found.history],
    publication_status: found.unpublished ? 'unpublished' : null,
    source: finding?.verified ? (finding.source ?? null) : null,
    error: verified || byParallel ? null : (finding?.error ?? null),
    metadata: {},
  };
}

/** What a parallel citation of a mention was verified as, unless a source or the text contradicts. */
function parallelOf(
  found: FoundCitation,
  { mentions }: CaseGroup,
  findings: ReadonlyMap<FoundCitation, Finding>,
): Finding | undefined {
  // A source that knows it knew it as another case.
  if (!found.name || findings.get(found)?.source) return undefined;
  const other = mentions.find((one) => one.normalised !== found.normalised && findings.get(one)?.verified);
  const finding = other && findings.get(other);
  return finding?.known && judge(found, finding.known, '').verified ? finding : undefined;
}

function clusterOf({ group, canonical }: JudgedCase, id: string, own: readonly Citation[]): Cluster {
  return {
    cluster_id: id,
    cluster_case_name: group.name ?? NO_NAME,
    cluster_year: group.year ?? null,
    cluster_size: group.members.length,
    citations: [...group.members],
    cluster_members: [...group.members],
    confidence: own.reduce((most, { confidence }) => Math.max(most, confidence), 0),
    verification_status: canonical ? 'verified' : 'unverified',
    verification_source: canonical?.source ?? null,
    canonical_name: canonical?.known?.name ?? null,
    canonical_date: canonical?.known?.date ?? null,
    metadata: {},
  };
}

function countsOf(citations: readonly Citation[], cases: number): Counts {
  const verified = citations.filter(({ is_verified }) => is_verified).length;
  return {
    total_citations: citations.length,
    verified_citations: verified,
    unverified_citations: citations.length - verified,
    parallel_citations: citations.filter(({ is_parallel }) => is_parallel).length,
    unique_cases: cases,
  };
}

function confidenceOf({ name, year }: FoundCitation): number {
  return Math.round((FOUND + (name ? WITH_NAME : 0) + (year ? WITH_YEAR : 0)) * 100) / 100;
}

function rank({ verification_status }: Cluster): number {
  return verification_status === 'unverified' ? 0 : 1;
}

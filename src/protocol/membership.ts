/** What a member carries: which batch it belongs to. */
export interface BatchMembership {
  /** Workflow ID of the batch. */
  id: string;
  /** Position in the batch, from 0. */
  index: number;
  /** Distinguishes the batch from an earlier one of the same ID. */
  generation: string;
}

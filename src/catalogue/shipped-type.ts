import type { Handler } from '../activities/attempt/handler';
import type { Verifier } from '../activities/attempt/verify';
import type { Contract } from '../tasks/contract';
import type { CitationSettings } from './citations-extract/handler';
import type { AllowedCommands } from './command-run/allowed-command';
import type { EmailSettings } from './email-send/handler';
import type { SecretResolver } from './shared/secrets';
import type { TransactionAgent } from './transactions-process/agent';
import type { WebhookSettings } from './webhook-deliver/handler';

/** The settings of the shipped task types. Each type reads what is its own. */
export interface CatalogueSettings {
  /** Programs that tasks may run, by name. Defaults to none. */
  commands?: AllowedCommands;
  /** Knows the secrets that inputs of commands name. Defaults to none. */
  secrets?: SecretResolver;
  /** Hosts that may be fetched although they are not public. Defaults to none. */
  urlHosts?: readonly string[];
  /** Largest image that is read or made, in pixels. Defaults to 50,000,000. */
  maxPixels?: number;
  /** Longest conversion of an image, in seconds of one core, about. Defaults to 60. */
  maxImageSeconds?: number;
  /** Defaults to those of a worker without Python, on which every task of citations.extract fails with that reason. */
  citations?: CitationSettings;
  /** Defaults to public receivers only. */
  webhooks?: WebhookSettings;
  /** Defaults to no mail server: every mail fails with that reason. */
  email?: EmailSettings;
  /** Finds out what a bank transaction is. Defaults to fixed rules. */
  agent?: TransactionAgent;
}

/** What runs one task type in this process. */
export interface OpenType<C extends Contract = Contract> {
  handler: Handler<C>;
  /** Whether its effect has happened; a type may not be able to determine it. */
  verifier?: Verifier<C>;
  /** Ends what the handler keeps warm between attempts. */
  close?(): Promise<void>;
}

/** A task type that Holdfast ships: its contract, and how its handler is loaded. */
export interface ShippedType<C extends Contract = Contract> {
  contract(settings: CatalogueSettings): C;
  /** Loads the handler with its libraries, which the contract does without. */
  open(settings: CatalogueSettings): Promise<OpenType<C>>;
  /** Whether `open` gives a verifier. Defaults to false. */
  verifies?: boolean;
  /** Packages that only this type uses, and that an app which lists it installs. Defaults to none. */
  packages?: readonly string[];
  /** Removes what dead processes left on this host before the given time. @returns How many folders. */
  cleanHost?(before: Date): Promise<number>;
}

/** Checks that handler and verifier fit the contract, and forgets which it is: the catalogue holds types of all kinds. */
export function shippedType<C extends Contract>(type: ShippedType<C>): ShippedType {
  return type as unknown as ShippedType;
}

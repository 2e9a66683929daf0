import type { Buffer } from 'node:buffer';
import type { Agent } from 'node:http';

/** What proves the server to us and us to the server. */
export interface TlsMaterial {
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  readonly pfx?: string | Buffer | undefined;
  readonly passphrase?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
  readonly servername?: string | undefined;
}

/** Where the server is and who we are, at one moment. */
export interface Credentials {
  readonly server: URL;
  /** Names in lower case: `authorization`, `impersonate-group`. A list is sent as that many lines. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly tls: TlsMaterial;
  /** An `http:` or `https:` proxy to go through, with its user and password if it wants them. */
  readonly proxy?: URL | undefined;
  /** Makes the connections in place of ours, for all lanes; it is ours then, and destroyed when these credentials are not used any more. */
  readonly agent?: Agent | undefined;
  /** For what has no namespace of its own; default: `default`. */
  readonly defaultNamespace?: string | undefined;
  /** Where they come from, for messages: never a secret. */
  readonly source: string;
}

/** Reads credentials; `fresh` forgets everything read before: plugins run again, files are read again. */
export type LoadCredentials = (fresh: boolean) => Promise<Credentials>;

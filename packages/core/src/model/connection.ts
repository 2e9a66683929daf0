/**
 * What a login handler knows of the cluster and of us (parity spec AU-02). Of each item either its path or its data; certificates and keys as PEM, or
 * base64 of PEM.
 */
export interface ConnectionInfo {
  /** Where the API server is: `https://host:port`, maybe with a path before `/api`. */
  readonly server: string;
  readonly caPath?: string | undefined;
  readonly caData?: string | Uint8Array | undefined;
  /** Neither the certificate nor the name of the server is checked: for experiments. Default: false. */
  readonly insecure?: boolean | undefined;
  /** Only with a password; they go before `scheme` and `token`. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Of the header `Authorization`, before the token. Default: `Bearer` if there is a token. */
  readonly scheme?: string | undefined;
  readonly token?: string | undefined;
  /** Only with a key. */
  readonly certificatePath?: string | undefined;
  readonly certificateData?: string | Uint8Array | undefined;
  readonly privateKeyPath?: string | undefined;
  readonly privateKeyData?: string | Uint8Array | undefined;
  /** Which name the certificate of the server must have; default: that of the address. */
  readonly tlsServerName?: string | undefined;
  /** For what has no namespace of its own; default: `default`. */
  readonly defaultNamespace?: string | undefined;
  /** An `http:` or `https:` proxy. */
  readonly proxyUrl?: string | undefined;
  /** Whether `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` count. Default: false. */
  readonly trustEnv?: boolean | undefined;
  /** Further headers of every request, such as `Impersonate-User`. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** A connector of your own, for example a SOCKS agent: what Node takes as `agent`. It is destroyed when it is not needed any more. */
  readonly agent?: object | undefined;
  /** Of several credentials the highest is used first. Default: 0. */
  readonly priority?: number | undefined;
  /** Not used from then on if there are others, or a new login gives some. Text without a zone is UTC. Default: never. */
  readonly expiration?: Date | string | undefined;
}

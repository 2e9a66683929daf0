/** How a control plane is started. */
export interface ControlPlaneOptions {
  /** Write the audit log (writes with bodies, everything else as metadata). Default: false. */
  readonly auditLog?: boolean;
  /** Run the garbage collector, the namespace and the service account controllers. Default: false. */
  readonly controllerManager?: boolean;
  /** More arguments of kube-apiserver; they win over the standard ones. */
  readonly extraArgs?: readonly string[];
  /** Feature gates of kube-apiserver, for example `{ WatchList: false }`. */
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /** More users with static tokens: name to groups. `admin`, `operator` and `limited` (both without any right) exist always. */
  readonly users?: Readonly<Record<string, readonly string[]>>;
  /** Where the programs are. Default: built on demand (see build.mjs). */
  readonly assetsDir?: string;
  /** The folder in which the temporary data folder is made. Default: the system's. */
  readonly parentDir?: string;
  /** How long the server may take to serve. Unit: milliseconds. Default: 90,000. */
  readonly readyTimeoutMs?: number;
  /** Told when the programs have to be built first. */
  readonly log?: (line: string) => void;
}

/** The end of a kubectl call: the exit code, or the name of the signal that ended it. */
export interface KubectlResult {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** One line of the audit log (audit.k8s.io/v1 Event), the fields that tests look at. */
export interface AuditEntry {
  readonly auditID: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string; readonly groups?: readonly string[] };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    readonly apiGroup?: string;
    readonly apiVersion?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number; readonly reason?: string };
  readonly requestObject?: unknown;
  readonly responseObject?: unknown;
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly stage: string;
}

/** A running control plane. */
export interface ControlPlane {
  readonly url: string;
  /** The server's own certificate in PEM, which is its authority as well; also at `caPath`. */
  readonly ca: string;
  readonly caPath: string;
  /** The token of `admin`, of the group system:masters. */
  readonly token: string;
  readonly tokens: Readonly<Record<string, string>>;
  /** A kubeconfig of `admin`. */
  readonly kubeconfigPath: string;
  readonly assetsDir: string;
  readonly dataDir: string;
  /** Where the audit log is, if it was asked for. */
  readonly auditLogPath: string;
  readonly etcdUrl: string;
  /** Writes a kubeconfig for a user and returns its path. */
  kubeconfigFor(user: string): Promise<string>;
  /** Runs the real kubectl; a failure is its code, not an exception. */
  kubectl(args: readonly string[], options?: { readonly input?: string; readonly user?: string }): Promise<KubectlResult>;
  /** What the audit log says so far. A line is written just after its answer, so wait for it rather than look once. */
  auditEntries(): Promise<readonly AuditEntry[]>;
  /** Ends kube-apiserver (default: SIGKILL) and leaves etcd running. With SIGTERM it waits for open watches, for up to 60 seconds. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends kube-apiserver if it runs, starts it on the same port and data, and waits until it serves. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** Stops kube-apiserver in its tracks (SIGSTOP): connections stay open and nothing answers. */
  pause(): boolean;
  resume(): boolean;
  /** Compacts etcd at its newest revision and returns that. */
  compact(): Promise<string>;
  /** Loses all data and starts anew: every uid and version changes. */
  wipe(): Promise<void>;
  /** Keeps a copy of the data of now, with server and etcd down for it. */
  backUp(): Promise<void>;
  /** Goes back to the data of the last copy: uids stay, versions fall. */
  restore(): Promise<void>;
  /** Starts the server with a new certificate, which is its authority as well; returns that. `ca` stays the first one. */
  rotateCertificate(): Promise<string>;
  /** Ends everything and removes the data folder. */
  stop(): Promise<void>;
}

/** Starts a control plane and waits until it serves. Throws ControlPlaneUnavailableError when its programs cannot be had. */
export function startControlPlane(options?: ControlPlaneOptions): Promise<ControlPlane>;

// When a real server obeys a role or binding that was just written: its authorizer watches them, each kind in the order of its versions. So
// a mark that is written after them, to an object of the same kind, and that a review already knows says that they are known, too.

/** A server as far as it is asked here. */
type Wire = (request: {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}) => Promise<{ readonly status: number; readonly chunks: AsyncIterable<Uint8Array> }>;

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const KIND =
  /^\/apis\/rbac\.authorization\.k8s\.io\/v1\/(?:namespaces\/[^/]+\/)?(roles|rolebindings|clusterroles|clusterrolebindings)(?:[/?]|$)/;
const NAME = 'obeyed';
const BOUND_MS = 120_000;

type Kind = 'roles' | 'rolebindings' | 'clusterroles' | 'clusterrolebindings';

export class Obedience {
  readonly #admin: Wire;
  #turn: Promise<unknown> = Promise.resolve();
  #marks = 0;

  /** @param admin answers an administrator. */
  constructor(admin: Wire) {
    this.#admin = admin;
  }

  /** Resolves when everything that was written to this path, if it is one of roles or bindings, is obeyed. */
  async of(path: string): Promise<void> {
    const kind = KIND.exec(path)?.[1] as Kind | undefined;
    if (kind === undefined) return;
    // One at a time: the marks are shared.
    const mine = this.#turn.then(() => this.#mark(kind));
    this.#turn = mine.catch(() => undefined);
    await mine;
  }

  async #mark(kind: Kind): Promise<void> {
    const isFirst = this.#marks === 0;
    const mark = `mark-${++this.#marks}-${Math.random().toString(36).slice(2, 8)}`;
    const isCluster = kind.startsWith('cluster');
    const isBinding = kind.endsWith('bindings');
    const kinds: readonly Kind[] = isFirst ? ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'] : [kind];
    for (const one of kinds) await this.#put(one, one === kind ? mark : NAME);
    const asked = { group: 'obeyed.dev', resource: isCluster ? 'everywhere' : 'things', verb: 'get', name: isBinding ? NAME : mark };
    const spec = { user: isBinding ? mark : NAME, resourceAttributes: { ...asked, ...(isCluster ? {} : { namespace: 'default' }) } };
    const deadline = performance.now() + BOUND_MS;
    while (!(await this.#isAllowed(spec))) if (performance.now() > deadline) throw new Error(`${kind} are not obeyed after ${BOUND_MS} ms`);
  }

  async #put(kind: Kind, mark: string): Promise<void> {
    const isCluster = kind.startsWith('cluster');
    const place = isCluster ? RBAC : `${RBAC}/namespaces/default`;
    const rules = [
      { apiGroups: ['obeyed.dev'], resources: [isCluster ? 'everywhere' : 'things'], verbs: ['get'], resourceNames: [NAME, mark] },
    ];
    const subjects = [NAME, mark].map((name) => ({ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' }));
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: isCluster ? 'ClusterRole' : 'Role', name: NAME };
    const content = kind.endsWith('bindings') ? { subjects, roleRef } : { rules };
    await this.#ask('PUT', `${place}/${kind}/${NAME}`, { metadata: { name: NAME }, ...content });
  }

  async #isAllowed(spec: object): Promise<boolean> {
    const text = await this.#ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { spec });
    return (JSON.parse(text) as { status: { allowed: boolean } }).status.allowed;
  }

  async #ask(method: string, path: string, body: object): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#admin({ method, path, headers, body: JSON.stringify(body) });
    const parts: Uint8Array[] = [];
    for await (const part of answer.chunks) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  }
}

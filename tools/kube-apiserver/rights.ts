/** Roles and bindings on a real control plane: its authorizer follows them at a time of its own. */
import { createAsk, type ServerPlace } from './ask-server.js';
import { untilTrue } from './patience.js';

export interface Right {
  readonly user: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
}

/** Waits until the authorizer allows it, or does not any more. */
export async function untilAllowed(place: ServerPlace, { user, ...resourceAttributes }: Right, allowed = true): Promise<void> {
  const ask = createAsk(place);
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, groups: ['system:authenticated'], resourceAttributes },
  };
  await untilTrue(`${user} may ${allowed ? '' : 'not '}${resourceAttributes.verb} ${resourceAttributes.resource}`, async () => {
    const answer = await ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { body });
    if (answer.status !== 201) throw new Error(`the review was answered ${String(answer.status)}: ${JSON.stringify(answer.body)}`);
    return (answer.body as { readonly status: { readonly allowed: boolean } }).status.allowed === allowed;
  });
}

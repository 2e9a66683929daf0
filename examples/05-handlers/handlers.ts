import { createRegistry } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

kopf.on.resume('KopfExample', { id: 'resume_fn_1' }, () => console.log('RESUMED 1st'));

/** One function for two reasons: it is called once per change, whatever that is. */
kopf.on.create('KopfExample', { id: 'create_fn_1' }, createFirst);
kopf.on.resume('KopfExample', { id: 'create_fn_1' }, createFirst);

kopf.on.create('KopfExample', { id: 'create_fn_2' }, () => console.log('CREATED 2nd'));

kopf.on.update('KopfExample', { id: 'update_fn' }, ({ diff }) => {
  const changes = diff.map((item) => `${item.op} ${item.field.join('.')} ${JSON.stringify(item.old)} ${JSON.stringify(item.new)}`);
  console.log(`UPDATED ${changes.join('; ')}`);
});

kopf.on.delete('KopfExample', { id: 'delete_fn_1' }, () => console.log('DELETED 1st'));

kopf.on.delete('KopfExample', { id: 'delete_fn_2' }, () => console.log('DELETED 2nd'));

/** In whatever is being handled, if the field is another one: a creation, too. */
kopf.on.field('KopfExample', { id: 'field_fn', field: 'spec.field' }, ({ old, new: fresh }) => {
  console.log(`FIELD CHANGED: ${String(old)} -> ${String(fresh)}`);
});

function createFirst({ reason }: { readonly reason: string }): void {
  console.log(`CREATED 1st (${reason})`);
}

import { ABSENT, all, any, createRegistry, none, not, PRESENT } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

const yes = (): boolean => true;
const no = (): boolean => false;
const say = (line: string) => () => console.log(line);

kopf.on.create('KopfExample', { id: 'labels_satisfied', labels: { somelabel: 'somevalue', other: ABSENT } }, say('labels satisfied'));
kopf.on.create('KopfExample', { id: 'labels_unsatisfied', labels: { somelabel: 'other' } }, say('never'));
kopf.on.create('KopfExample', { id: 'label_callback', labels: { somelabel: (value) => value === 'somevalue' } }, say('label callback'));
kopf.on.create('KopfExample', { id: 'annotations_satisfied', annotations: { someannotation: PRESENT } }, say('annotations satisfied'));
kopf.on.create('KopfExample', { id: 'annotations_unsatisfied', annotations: { someannotation: ABSENT } }, say('never'));
kopf.on.create('KopfExample', { id: 'when_satisfied', when: ({ spec }) => spec.field === 'value' }, say('when satisfied'));
kopf.on.create('KopfExample', { id: 'when_unsatisfied', when: ({ spec }) => spec.field === 'other' }, say('never'));
kopf.on.create('KopfExample', { id: 'all_satisfied', when: all([yes, yes]) }, say('all satisfied'));
kopf.on.create('KopfExample', { id: 'any_satisfied', when: any([no, yes]) }, say('any satisfied'));
kopf.on.create('KopfExample', { id: 'none_satisfied', when: none([no, no]) }, say('none satisfied'));
kopf.on.create('KopfExample', { id: 'not_unsatisfied', when: not(yes) }, say('never'));
kopf.on.create('KopfExample', { id: 'field_value', field: 'spec.field', value: 'value' }, say('field value satisfied'));
kopf.on.create('KopfExample', { id: 'field_other_value', field: 'spec.field', value: 'other' }, say('never'));

/** Only this very change of the field. */
kopf.on.update('KopfExample', { id: 'field_change', field: 'spec.field', old: 'value', new: 'changed' }, say('field change satisfied'));

/** As long as the field has the value. */
kopf.daemon('KopfExample', { id: 'while_value', field: 'spec.field', value: 'value' }, async ({ stopped }) => {
  do console.log('tick');
  while (!(await stopped.wait(1)));
});

import { expect, it } from 'vitest';
import { createFigures } from './figures.js';
import { createLabelValues } from './label-values.js';

it('[M7] a label that takes any value has a bound: what is beyond it is counted together', () => {
  const figures = createFigures();
  for (let n = 0; n < 3000; n += 1) figures.add('m', [`name-${String(n)}`, 'x']);
  const series = [...figures.of('m')];
  expect(series).toHaveLength(2001);
  expect(series.at(-1)).toEqual({ labels: ['other', 'other'], value: 1000 });
});

it('a sub-handler counts as the nearest handler that was declared, an unknown one as other', () => {
  const labels = createLabelValues();
  labels.declared(['create_fn', 'field_fn/spec.size']);
  const shown = ['create_fn', 'create_fn/pod-of-somebody/deeper', 'field_fn/spec.size/sub', 'nobody/x', 'nobody'].map((id) =>
    labels.handlerNamed(id),
  );
  expect(shown).toEqual(['create_fn', 'create_fn', 'field_fn/spec.size', 'other', 'other']);
});

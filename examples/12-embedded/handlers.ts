import { createRegistry } from '@kopfts/core';

/** What the program gives to its operator: the memo of each object has it. */
export interface Templates {
  readonly hello: string;
  readonly goodBye: string;
}

export function createHandlers(templates: Templates, say: (line: string) => void) {
  const kopf = createRegistry<Templates>({ memo: () => templates });

  kopf.on.create('KopfExample', { id: 'create_fn' }, ({ memo, name, patch }) => {
    say(`${memo.hello}, ${name}!`);
    patch.status.greeted = true;
  });

  kopf.on.delete('KopfExample', { id: 'delete_fn' }, ({ memo, name }) => {
    say(`${memo.goodBye}, ${name}!`);
  });

  return kopf;
}

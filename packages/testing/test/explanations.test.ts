// "Why did my handler run, or not?": the explanation names the true cause.
import { explanationText } from '@kopfts/core';
import { afterEach, describe, expect, it } from 'vitest';
import { closeWorlds } from './support/explained-world.js';
import { SITUATIONS } from './support/situations.js';

afterEach(closeWorlds);

describe('an explanation names the cause', () => {
  it.each(SITUATIONS)('$code: $title', async ({ ref, handler, code, says, tell }) => {
    const { answer } = await tell(ref, handler);
    const reasons = handler === undefined ? answer.reasons : answer.handlers[0]?.reasons;
    if (handler !== undefined) expect(answer.handlers[0]?.id.split('/')[0]).toBe(handler.split('/')[0]);
    expect(reasons?.[0], explanationText(answer)).toMatchObject({ code, text: expect.stringMatching(says) as string });
  });
});

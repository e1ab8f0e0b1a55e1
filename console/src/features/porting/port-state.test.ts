import { expect, it } from 'vitest';

import { ORDER, REJECTED } from './orders.fixture';
import { whatIsNext } from './port-state';

it('says by when something has to be done', () => {
  expect(whatIsNext(ORDER)).toMatch(/^Not sent yet\..* this one on Jul 31, 2026\.$/);
  expect(whatIsNext(REJECTED)).toMatch(/submit it again by May 12, 2026\./);
});

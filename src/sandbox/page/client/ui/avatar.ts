import { type Drawn, el } from '../dom.ts';
import type { Account } from '../wire/model.ts';

const GOVERNOR = 'governor';
const CUBE = 'M12 3l7.5 4v9L12 20.5 4.5 16V7zM12 12l7-4.5M12 12v8M12 12L5 7.5';
const SHIELD = 'M12 3l7 2.6v5.4c0 4.6-3 7.7-7 9.4-4-1.7-7-4.8-7-9.4V5.6z';

/** A person is their initials on their colour; an app is a mark, so that it cannot pass for a person. */
export function Avatar({ account, size }: { account: Account; size: 'large' | 'medium' | 'small' }): Drawn {
  const initials = account.realName
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
  return el(
    'span',
    {
      class: `avatar avatar-${size}${account.isBot ? ' avatar-app' : ''}`,
      style: { background: account.tint },
      'aria-hidden': 'true',
    },
    account.isBot
      ? el(
          'svg',
          { viewBox: '0 0 24 24' },
          account.name === GOVERNOR
            ? el('path', { d: SHIELD, fill: 'currentColor' })
            : el('path', { class: 'avatar-line', d: CUBE }),
        )
      : initials,
  );
}

import { UserRound } from 'lucide-react';
import { useState } from 'react';

import { cn } from './cn';

interface Props {
  name: string;
  imageUrl?: string | null;
  size?: 'sm' | 'md' | 'lg';
  square?: boolean;
  className?: string;
}

const SIZES = { sm: 'size-6 text-[0.625rem]', md: 'size-9 text-xs', lg: 'size-14 text-base' };

/** A picture of somebody, else the initials. Decoration: the name stands beside it. */
export function Avatar({ name, imageUrl, size = 'md', square, className }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  const shape = cn('shrink-0 overflow-hidden', square ? 'rounded-md' : 'rounded-full', SIZES[size], className);
  if (imageUrl && imageUrl !== broken) {
    // Pictures are not ours, and move.
    return <img src={imageUrl} alt="" className={cn(shape, 'object-cover')} onError={() => setBroken(imageUrl)} />;
  }
  const letters = initials(name);
  return (
    // The letters are drawn by the style sheet: they are no text that a name would have to contain.
    <span
      aria-hidden
      data-letters={letters}
      className={cn(
        shape,
        'grid place-items-center bg-avatar font-semibold text-on-avatar before:content-[attr(data-letters)]',
      )}
    >
      {letters === '' && <UserRound className="size-1/2" />}
    </span>
  );
}

/** `Maria Sanchez` is MS; what has no letters has none. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const letters = [words.at(0), words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0] ?? '');
  return letters.join('').toUpperCase();
}

import { cn } from './cn';

interface Props {
  name: string;
  imageUrl?: string | null;
  size?: 'sm' | 'md' | 'lg';
  square?: boolean;
  className?: string;
}

const SIZES = { sm: 'size-6 text-[0.625rem]', md: 'size-9 text-xs', lg: 'size-14 text-base' };

/** A picture of somebody, or the initials. Decoration: the name stands beside it. */
export function Avatar({ name, imageUrl, size = 'md', square, className }: Props) {
  const shape = cn('shrink-0 overflow-hidden', square ? 'rounded-md' : 'rounded-full', SIZES[size], className);
  if (imageUrl) return <img src={imageUrl} alt="" className={cn(shape, 'object-cover')} />;
  return (
    <span aria-hidden className={cn(shape, 'grid place-items-center bg-avatar font-semibold text-on-avatar')}>
      {initials(name)}
    </span>
  );
}

/** `Maria Sanchez` is MS; what has no letters is `#`. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const letters = [words.at(0), words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0] ?? '');
  return letters.join('').toUpperCase() || '#';
}

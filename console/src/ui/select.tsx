import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';

import { cn } from './cn';
import { useFieldProps } from './field';
import { controlClasses } from './input';

/** The platform's own select: the best there is on phones and for screen readers. */
export function Select({ className, children, ...props }: ComponentProps<'select'>) {
  return (
    <span className="relative block min-w-0">
      <select {...useFieldProps()} className={cn(controlClasses, 'h-9 appearance-none truncate pr-8', className)} {...props}>
        {children}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-muted" />
    </span>
  );
}

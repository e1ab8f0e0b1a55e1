import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';

import { cn } from './cn';

const badgeVariants = cva(
  'inline-flex shrink-0 items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3',
  {
    variants: {
      tone: {
        neutral: 'bg-subtle text-muted',
        teal: 'bg-[oklch(0.945_0.035_190)] text-[oklch(0.4_0.075_190)] dark:bg-[oklch(0.31_0.045_190)] dark:text-[oklch(0.87_0.07_188)]',
        blue: 'bg-[oklch(0.945_0.027_255)] text-[oklch(0.43_0.12_258)] dark:bg-[oklch(0.31_0.055_258)] dark:text-[oklch(0.86_0.06_255)]',
        amber: 'bg-[oklch(0.955_0.045_88)] text-[oklch(0.45_0.09_68)] dark:bg-[oklch(0.32_0.045_80)] dark:text-[oklch(0.88_0.085_86)]',
        violet: 'bg-[oklch(0.948_0.027_305)] text-[oklch(0.45_0.13_305)] dark:bg-[oklch(0.31_0.06_305)] dark:text-[oklch(0.87_0.06_305)]',
        success: 'bg-success-tint text-success',
        warning: 'bg-warning-tint text-warning',
        danger: 'bg-danger-tint text-danger',
      },
    },
    defaultVariants: { tone: 'neutral' },
  },
);

export type BadgeTone = NonNullable<VariantProps<typeof badgeVariants>['tone']>;

export function Badge({ tone, className, ...props }: ComponentProps<'span'> & { tone?: BadgeTone }) {
  return <span className={cn(badgeVariants({ tone }), className)} {...props} />;
}

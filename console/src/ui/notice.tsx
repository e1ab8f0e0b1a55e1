import { cva, type VariantProps } from 'class-variance-authority';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

import { cn } from './cn';

const noticeVariants = cva('flex items-start gap-2.5 rounded-md border px-3 py-2.5 text-sm', {
  variants: {
    tone: {
      info: 'border-line bg-subtle',
      warning: 'border-warning-line bg-warning-tint text-warning',
      danger: 'border-danger-line bg-danger-tint text-danger',
    },
  },
  defaultVariants: { tone: 'info' },
});

const ICONS = { info: Info, warning: TriangleAlert, danger: CircleAlert };

interface Props extends VariantProps<typeof noticeVariants> {
  children: ReactNode;
  /** What to do about it. */
  action?: ReactNode;
  className?: string;
}

/** Something to know, within the page. */
export function Notice({ tone, children, action, className }: Props) {
  const Icon = ICONS[tone ?? 'info'];
  return (
    <div role={tone === 'danger' ? 'alert' : 'status'} className={cn(noticeVariants({ tone }), className)}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}

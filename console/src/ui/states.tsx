import { CloudAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

import { explain } from '@/api/problem';

import { Button } from './button';
import { cn } from './cn';

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

/** What is shown where there is nothing yet. */
export function EmptyState({ icon: Icon, title, children, action, className }: EmptyProps) {
  return (
    <div className={cn('flex flex-col items-center gap-3 px-6 py-12 text-center', className)}>
      <span className="grid size-11 place-items-center rounded-full bg-subtle text-muted">
        <Icon aria-hidden className="size-5" />
      </span>
      <div className="flex flex-col gap-1">
        <h2 className="font-medium">{title}</h2>
        {children && <p className="max-w-sm text-sm text-balance text-muted">{children}</p>}
      </div>
      {action}
    </div>
  );
}

/** What is shown where something could not be loaded. */
export function ErrorState({ error, onRetry, className }: { error: unknown; onRetry?: () => void; className?: string }) {
  return (
    <div role="alert" className={className}>
      <EmptyState
        icon={CloudAlert}
        title="This could not be loaded"
        action={
          onRetry && (
            <Button variant="outline" onClick={onRetry}>
              Try again
            </Button>
          )
        }
      >
        {explain(error)}
      </EmptyState>
    </div>
  );
}

/** The place of something that is on its way. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn('animate-pulse rounded-md bg-subtle', className)} />;
}

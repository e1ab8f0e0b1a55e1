import type { ReactNode } from 'react';

import { cn } from './cn';

interface Props {
  title: string;
  description?: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A page that scrolls as a whole: title, actions, content. */
export function Page({ title, description, actions, children, className }: Props) {
  return (
    <div className={cn('mx-auto flex w-full max-w-5xl flex-col gap-6 p-4 sm:p-6', className)}>
      <title>{`${title} · Switchboard`}</title>
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {description && <p className="mt-0.5 text-sm text-muted">{description}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

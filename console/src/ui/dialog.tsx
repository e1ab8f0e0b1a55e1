import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

import { Button } from './button';
import { cn } from './cn';

interface Props {
  title: string;
  description?: ReactNode;
  /** When it is closed by the user. */
  onClose: () => void;
  /** `side`: the whole height, at the right. */
  placement?: 'center' | 'side';
  children: ReactNode;
  className?: string;
}

/** A dialog; shown as long as it is rendered. */
export function Dialog({ title, description, onClose, placement = 'center', children, className }: Props) {
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/40 dark:bg-black/60" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cn(
            'fixed z-40 flex flex-col gap-4 border-line bg-popover p-5 shadow-xl outline-none',
            placement === 'center'
              ? 'top-1/2 left-1/2 max-h-[calc(100dvh-1.5rem)] w-[calc(100vw-1.5rem)] max-w-lg -translate-1/2 overflow-y-auto rounded-xl border'
              : 'inset-y-0 right-0 w-full max-w-sm overflow-y-auto border-l',
            className,
          )}
        >
          <header className="flex items-start justify-between gap-3">
            <div className="flex flex-col gap-1">
              <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
              {description && <Radix.Description className="text-sm text-muted">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <Button variant="ghost" size="icon-sm" aria-label="Close" className="-mt-1.5 -mr-1.5">
                <X aria-hidden />
              </Button>
            </Radix.Close>
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The buttons at a dialog's end, the most important last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap justify-end gap-2">{children}</div>;
}

import { X } from 'lucide-react';
import { AlertDialog as RadixAlert, Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

import { Button } from './button';
import { cn } from './cn';

const overlayClasses = 'fixed inset-0 z-40 bg-black/45 backdrop-blur-[1px]';
// The whole screen on a phone, a card in the middle elsewhere.
const contentClasses =
  'fixed inset-0 z-50 flex flex-col bg-popover shadow-xl outline-none sm:inset-auto sm:top-1/2 sm:left-1/2 sm:max-h-[min(46rem,calc(100dvh-3rem))] sm:w-[calc(100vw-2rem)] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl sm:border sm:border-line';

interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** Buttons, which stay in sight while the content scrolls. */
  footer?: ReactNode;
  size?: 'md' | 'lg';
}

/** A window over the page, for one task. */
export function Dialog({ isOpen, onClose, title, description, children, footer, size = 'md' }: DialogProps) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={overlayClasses} />
        <Radix.Content
          className={cn(contentClasses, size === 'lg' ? 'sm:max-w-2xl' : 'sm:max-w-lg')}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header className="flex items-start gap-3 border-b border-line px-4 py-3 sm:px-5">
            <div className="min-w-0 flex-1">
              <Radix.Title className="font-semibold">{title}</Radix.Title>
              {description && <Radix.Description className="text-sm text-muted">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <Button variant="ghost" size="icon-sm" aria-label="Close">
                <X aria-hidden />
              </Button>
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-5">{children}</div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3 sm:px-5">{footer}</footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps {
  isOpen: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: string;
  /** What happens, and whether it can be undone. */
  children: ReactNode;
  confirmLabel: string;
  isBusy?: boolean;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ isOpen, onClose, onConfirm, title, children, confirmLabel, isBusy }: ConfirmProps) {
  return (
    <RadixAlert.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <RadixAlert.Portal>
        <RadixAlert.Overlay className={overlayClasses} />
        <RadixAlert.Content className="fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 flex-col gap-4 overflow-y-auto rounded-xl border border-line bg-popover p-5 shadow-xl outline-none">
          <RadixAlert.Title className="font-semibold">{title}</RadixAlert.Title>
          <RadixAlert.Description asChild>
            <div className="flex flex-col gap-3 text-sm text-muted">{children}</div>
          </RadixAlert.Description>
          <div className="flex flex-wrap justify-end gap-2">
            <RadixAlert.Cancel asChild>
              <Button variant="outline">Cancel</Button>
            </RadixAlert.Cancel>
            <Button variant="danger" isBusy={isBusy ?? false} onClick={onConfirm}>
              {confirmLabel}
            </Button>
          </div>
        </RadixAlert.Content>
      </RadixAlert.Portal>
    </RadixAlert.Root>
  );
}

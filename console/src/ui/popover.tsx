import { Popover as Radix } from 'radix-ui';
import type { ComponentProps } from 'react';

import { cn } from './cn';

export const Popover = Radix.Root;
export const PopoverTrigger = Radix.Trigger;

export function PopoverContent({ className, ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        align="start"
        sideOffset={6}
        collisionPadding={8}
        className={cn(
          'z-50 w-72 max-w-(--radix-popover-content-available-width) rounded-lg border border-line bg-popover p-1.5 text-sm shadow-lg',
          className,
        )}
        {...props}
      />
    </Radix.Portal>
  );
}

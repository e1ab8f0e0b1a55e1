import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface Props {
  content: ReactNode;
  side?: 'top' | 'bottom' | 'left' | 'right' | undefined;
  children: ReactNode;
}

export const TooltipProvider = Radix.Provider;

/** A hint for who points at its child or focuses it. Never the only place of something important. */
export function Tooltip({ content, side = 'bottom', children }: Props) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 rounded-md bg-inverse px-2.5 py-1.5 text-xs text-on-inverse shadow-md"
        >
          {content}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

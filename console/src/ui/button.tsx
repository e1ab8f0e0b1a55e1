import { cva, type VariantProps } from 'class-variance-authority';
import { LoaderCircle } from 'lucide-react';
import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';

import { cn } from './cn';
import { Tooltip } from './tooltip';

export const buttonVariants = cva(
  'inline-flex shrink-0 cursor-pointer items-center justify-center gap-2 rounded-md text-sm font-medium whitespace-nowrap transition-colors disabled:pointer-events-none disabled:opacity-50 aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-primary text-on-primary shadow-xs hover:bg-primary-hover',
        outline: 'border border-line-strong bg-surface shadow-xs hover:bg-hover',
        ghost: 'hover:bg-hover',
        danger: 'bg-danger-solid text-white shadow-xs hover:brightness-110',
        link: 'text-link underline-offset-4 hover:underline',
      },
      size: {
        md: 'h-9 px-3.5',
        sm: 'h-8 px-2.5 text-[0.8125rem]',
        icon: 'size-9',
        'icon-sm': 'size-8',
        inline: 'h-auto p-0',
      },
    },
    defaultVariants: { variant: 'primary', size: 'md' },
  },
);

type ButtonProps = ComponentProps<'button'> &
  VariantProps<typeof buttonVariants> & {
    /** The only child becomes the button, for instance a link. */
    asChild?: boolean;
    isBusy?: boolean;
  };

export function Button({ className, variant, size, asChild, isBusy, disabled, children, ...props }: ButtonProps) {
  const classes = cn(buttonVariants({ variant, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...props}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button type="button" className={classes} disabled={isBusy === true || disabled} aria-busy={isBusy} {...props}>
      {isBusy && <LoaderCircle aria-hidden className="animate-spin" />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ButtonProps, 'aria-label'> & {
  /** Its name, also shown as a tooltip. */
  label: string;
  side?: 'top' | 'bottom' | 'left' | 'right';
};

/** A button that is only an icon. */
export function IconButton({ label, side, size = 'icon-sm', variant = 'ghost', ...props }: IconButtonProps) {
  return (
    <Tooltip content={label} side={side}>
      <Button aria-label={label} size={size} variant={variant} {...props} />
    </Tooltip>
  );
}

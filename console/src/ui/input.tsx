import type { ComponentProps } from 'react';

import { cn } from './cn';
import { useFieldProps } from './field';

// 16 px on phones, because iOS zooms into anything smaller.
export const controlClasses =
  'w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 text-base shadow-xs placeholder:text-muted aria-invalid:border-danger disabled:opacity-60 sm:text-sm';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input {...useFieldProps()} className={cn(controlClasses, 'h-9', className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea {...useFieldProps()} className={cn(controlClasses, 'py-2', className)} {...props} />;
}

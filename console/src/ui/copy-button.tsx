import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

import { IconButton } from './button';
import { toast } from './toast';

const SHOWN_MS = 1_500;

/** Copies to the clipboard and says so by the name of what was copied: it may be a secret, and others may see the screen. */
export function useCopy() {
  const [isCopied, setIsCopied] = useState(false);

  useEffect(() => {
    if (!isCopied) return;
    const timer = window.setTimeout(() => setIsCopied(false), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [isCopied]);

  const copy = async (text: string, name: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setIsCopied(true);
      toast.success(`Copied ${name}`);
    } catch {
      toast.error('The browser did not allow copying.');
    }
  };
  return { isCopied, copy };
}

export function CopyButton({ text, name }: { text: string; name: string }) {
  const { isCopied, copy } = useCopy();
  return (
    <IconButton label={`Copy ${name}`} onClick={() => void copy(text, name)}>
      {isCopied ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />}
    </IconButton>
  );
}

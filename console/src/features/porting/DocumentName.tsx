import type { PortDocument } from '@/api/types';

/** Leads to the file, for those who may see it. */
export function DocumentName({ document }: { document: PortDocument }) {
  const name = document.fileName || (document.kind === 'loa' ? 'Letter of authorization' : 'Invoice');
  if (!document.url) return <span className="min-w-0 truncate">{name}</span>;
  return (
    <a href={document.url} target="_blank" rel="noreferrer" className="min-w-0 truncate text-link underline underline-offset-4">
      {name}
    </a>
  );
}

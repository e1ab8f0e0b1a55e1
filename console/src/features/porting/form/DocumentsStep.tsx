import { FileCheck2, Upload } from 'lucide-react';
import { useRef, type ReactNode } from 'react';

import { ApiProblem, explain } from '@/api/problem';
import type { PortOrder } from '@/api/types';
import { formatBytes } from '@/domain/bytes';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';

import { DocumentName } from '../DocumentName';
import { DOCUMENT_TYPES, useUploadDocument, type DocumentKind } from '../queries';
import type { StepProps } from './step-props';

interface Props extends StepProps {
  order: PortOrder;
  onUploaded: (order: PortOrder) => void;
}

/** The papers that the carriers want to see. */
export function DocumentsStep({ draft, onChange, error, order, onUploaded }: Props) {
  return (
    <>
      <DocumentField kind="loa" label="Letter of authorization" order={order} onUploaded={onUploaded} error={error('documents.loa')}>
        Your written permission to move the numbers (LOA): it names the numbers, the account and the address as you have written
        them here, and the authorized person signs it.
      </DocumentField>
      <Field label="Date of the signature" hint="At most 30 days ago." error={error('loaSignedOn')}>
        <Input
          type="date"
          className="max-w-48"
          value={draft.loaSignedOn}
          onChange={(event) => onChange({ loaSignedOn: event.target.value })}
        />
      </Field>
      <DocumentField kind="invoice" label="Invoice" order={order} onUploaded={onUploaded} error={error('documents.invoice')}>
        The last one of your present carrier, with the account and the numbers on it.
      </DocumentField>
    </>
  );
}

interface DocumentProps {
  kind: DocumentKind;
  label: string;
  order: PortOrder;
  onUploaded: (order: PortOrder) => void;
  error: string | undefined;
  children: ReactNode;
}

function DocumentField({ kind, label, order, onUploaded, error, children }: DocumentProps) {
  const input = useRef<HTMLInputElement>(null);
  const upload = useUploadDocument(order.id);
  const present = order.documents.find((document) => document.kind === kind);
  const problem = upload.error instanceof ApiProblem ? (upload.error.fields()[0]?.detail ?? upload.error.message) : null;
  const said = upload.isError ? (problem ?? explain(upload.error)) : error;
  return (
    <section aria-label={label} className="flex flex-col gap-2">
      <h2 className="text-sm font-medium">{label}</h2>
      <p className="text-sm text-muted">{children}</p>
      {present && (
        <p className="flex items-center gap-2 text-sm">
          <FileCheck2 aria-hidden className="size-4 shrink-0 text-success" />
          <DocumentName document={present} />
          <span className="shrink-0 text-muted">{formatBytes(present.byteSize)}</span>
        </p>
      )}
      <input
        ref={input}
        type="file"
        hidden
        accept={DOCUMENT_TYPES.join(',')}
        aria-label={`File: ${label}`}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          // The same file may be chosen again after it was refused.
          event.target.value = '';
          if (file) upload.mutate({ kind, file }, { onSuccess: onUploaded });
        }}
      />
      <Button variant="outline" size="sm" className="self-start" isBusy={upload.isPending} onClick={() => input.current?.click()}>
        {!upload.isPending && <Upload aria-hidden />}
        {upload.isPending ? 'Uploading' : present ? `Replace: ${label}` : `Upload: ${label}`}
      </Button>
      {said ? (
        <p role="alert" className="text-sm text-danger">
          {said}
        </p>
      ) : (
        <p className="text-sm text-muted">PDF, PNG or JPEG, at most 5 MB.</p>
      )}
    </section>
  );
}

import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';

import { ApiProblem, explain } from '@/api/problem';
import type { Contact } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Button, IconButton } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { toast } from '@/ui/toast';

import { changesOf, toDraft, useEditContact, useMergeContacts, type ContactDraft, type ContactText } from './contacts';

const FIELDS: { name: ContactText; label: string; maxLength: number; type?: string; autoComplete?: string }[] = [
  { name: 'firstName', label: 'First name', maxLength: 100 },
  { name: 'lastName', label: 'Last name', maxLength: 100 },
  { name: 'company', label: 'Company', maxLength: 200 },
  { name: 'email', label: 'Mail address', maxLength: 254, type: 'email' },
];

/** Changes a contact. */
export default function ContactForm({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const [draft, setDraft] = useState(() => toDraft(contact));
  const edit = useEditContact(contact.id);
  const problem = edit.error instanceof ApiProblem ? edit.error : null;
  const hasFields = problem !== null && problem.fields().length > 0;

  const save = () => {
    const changes = changesOf(contact, draft);
    if (Object.keys(changes).length === 0) {
      onDone();
      return;
    }
    edit.mutate(changes, {
      onSuccess: () => {
        toast.success('Saved');
        onDone();
      },
    });
  };

  return (
    <form
      aria-label="Contact"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {FIELDS.map(({ name, label, ...input }) => (
        <Field key={name} label={label} error={problem?.field(name)}>
          <Input {...input} autoComplete="off" value={draft[name]} onChange={(event) => setDraft({ ...draft, [name]: event.target.value })} />
        </Field>
      ))}
      <Numbers draft={draft} onChange={setDraft} problem={problem} />
      <Field label="Notes" error={problem?.field('notes')}>
        <Textarea rows={4} maxLength={5000} value={draft.notes} onChange={(event) => setDraft({ ...draft, notes: event.target.value })} />
      </Field>
      {problem?.code === 'contact_exists' && problem.body.contactId ? (
        <Merge contact={contact} otherId={problem.body.contactId} detail={problem.message} onMerged={onDone} />
      ) : (
        edit.isError && !hasFields && <Notice tone="danger">{explain(edit.error)}</Notice>
      )}
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" isBusy={edit.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

interface NumbersProps {
  draft: ContactDraft;
  onChange: (draft: ContactDraft) => void;
  problem: ApiProblem | null;
}

function Numbers({ draft, onChange, problem }: NumbersProps) {
  const change = (phoneNumbers: string[]) => onChange({ ...draft, phoneNumbers });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">Phone numbers</legend>
      {draft.phoneNumbers.map((number, index) => {
        const error = problem?.fields().find(({ field }) => field === `phoneNumbers[${index}]`)?.detail;
        return (
          // A number has no identity but its place in the list.
          <div key={index} className="flex items-start gap-1">
            <div className="flex-1">
              <Field label={<span className="sr-only">Phone number {index + 1}</span>} error={error}>
                <Input
                  type="tel"
                  autoComplete="off"
                  value={number}
                  onChange={(event) => change(draft.phoneNumbers.with(index, event.target.value))}
                />
              </Field>
            </div>
            <IconButton
              label={`Remove ${formatPhoneNumber(number) || 'this number'}`}
              size="icon"
              className="mt-1.5"
              onClick={() => change(draft.phoneNumbers.toSpliced(index, 1))}
            >
              <Trash2 aria-hidden />
            </IconButton>
          </div>
        );
      })}
      {draft.phoneNumbers.length < 20 && (
        <Button variant="ghost" size="sm" className="self-start" onClick={() => change([...draft.phoneNumbers, ''])}>
          <Plus aria-hidden /> Add a number
        </Button>
      )}
    </fieldset>
  );
}

interface MergeProps {
  contact: Contact;
  otherId: string;
  detail: string;
  onMerged: () => void;
}

/** Another contact has the number: mostly the same person. */
function Merge({ contact, otherId, detail, onMerged }: MergeProps) {
  const merge = useMergeContacts(contact.id);
  return (
    <Notice tone="warning">
      <p>{detail}</p>
      <p className="mt-1">If they are the same person, merge them: numbers and conversations of both are kept.</p>
      {merge.isError && <p className="mt-1 text-danger">{explain(merge.error)}</p>}
      <Button
        variant="outline"
        size="sm"
        className="mt-2 text-ink"
        isBusy={merge.isPending}
        onClick={() =>
          merge.mutate(otherId, {
            onSuccess: () => {
              toast.success('Merged');
              onMerged();
            },
          })
        }
      >
        Merge the two contacts
      </Button>
    </Notice>
  );
}

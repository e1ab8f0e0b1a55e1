import { useEffect, useState } from 'react';

import type { Channel, Contact } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';

import { useContactSearch } from './contacts';

const TYPED_MS = 250;

interface Props {
  channel: Channel;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

/** A number or an address, typed or chosen from the contacts in which the words are. */
export function RecipientField({ channel, value, onChange, error }: Props) {
  const [chosen, setChosen] = useState('');
  const q = useDelayed(value.trim());
  const found = useContactSearch(q.length < 2 || q === chosen ? '' : q);
  const choices = value.trim() === chosen ? [] : (found.data ?? []).flatMap((contact) => choicesOf(contact, channel));

  const choose = (address: string) => {
    setChosen(address);
    onChange(address);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <Field label="To" error={error} hint="A number or the name of a contact.">
        <Input autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} />
      </Field>
      {choices.length > 0 && (
        <ul aria-label="Contacts" className="max-h-44 overflow-y-auto rounded-md border border-line p-1">
          {choices.slice(0, 8).map(({ name, address }) => (
            <li key={name + address}>
              <button
                type="button"
                className="flex w-full items-center justify-between gap-3 rounded-sm px-2 py-1.5 text-left text-sm hover:bg-hover"
                onClick={() => choose(address)}
              >
                <span className="truncate">{name}</span>
                <span className="shrink-0 text-muted tabular-nums">{address}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function choicesOf(contact: Contact, channel: Channel): { name: string; address: string }[] {
  const { firstName, lastName, company, email, phoneNumbers } = contact;
  const name = [firstName, lastName].filter(Boolean).join(' ') || company;
  const addresses = channel === 'email' ? [email ?? ''] : phoneNumbers.map(formatPhoneNumber);
  return addresses.filter(Boolean).map((address) => ({ name: name ?? 'No name', address }));
}

function useDelayed(value: string): string {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setDelayed(value), TYPED_MS);
    return () => window.clearTimeout(timer);
  }, [value]);
  return delayed;
}

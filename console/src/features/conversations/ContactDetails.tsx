import { Building2, Mail, Pencil, Phone, StickyNote, UserRoundX, type LucideIcon } from 'lucide-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';

import type { Contact, Conversation } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Avatar } from '@/ui/avatar';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { EmptyState, ErrorState, Skeleton } from '@/ui/states';

import { useContact } from './contacts';
import { titleOf } from './ConversationRow';
import { PersonalData } from './PersonalData';

const ContactForm = lazy(() => import('./ContactForm'));

/** What is known about the other side, and a way to change it. */
export function ContactDetails({ conversation }: { conversation: Conversation }) {
  const contact = useContact(conversation.contact);
  const [isEditing, setIsEditing] = useState(false);

  if (!conversation.contact) {
    return (
      <EmptyState icon={UserRoundX} title="Nobody is known">
        The carrier did not say who this is.
      </EmptyState>
    );
  }
  if (contact.isPending) return <Skeleton className="h-48" />;
  if (contact.isError) return <ErrorState error={contact.error} onRetry={() => void contact.refetch()} />;
  if (isEditing) {
    return (
      <Suspense fallback={<Skeleton className="h-96" />}>
        <ContactForm contact={contact.data} onDone={() => setIsEditing(false)} />
      </Suspense>
    );
  }
  return <Details name={titleOf(conversation)} contact={contact.data} onEdit={() => setIsEditing(true)} />;
}

function Details({ name, contact, onEdit }: { name: string; contact: Contact; onEdit: () => void }) {
  const { phoneNumbers, company, email, notes } = contact;
  const isNamed = contact.firstName ?? contact.lastName ?? company;
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-col items-center gap-2 text-center">
        <Avatar name={name} size="lg" />
        <div className="text-lg font-semibold wrap-anywhere">{name}</div>
      </div>
      <dl className="flex flex-col gap-3 text-sm">
        {phoneNumbers.map((number) => (
          <Detail key={number} icon={Phone} label="Phone number" action={<CopyButton text={number} name={formatPhoneNumber(number)} />}>
            <span>{formatPhoneNumber(number)}</span>
          </Detail>
        ))}
        {company && (
          <Detail icon={Building2} label="Company">
            {company}
          </Detail>
        )}
        {email && (
          <Detail icon={Mail} label="Mail address" action={<CopyButton text={email} name="the mail address" />}>
            {email}
          </Detail>
        )}
        {notes && (
          <Detail icon={StickyNote} label="Notes">
            <span className="whitespace-pre-wrap">{notes}</span>
          </Detail>
        )}
      </dl>
      <Button variant="outline" onClick={onEdit}>
        <Pencil aria-hidden /> {isNamed ? 'Edit' : 'Add a name'}
      </Button>
      <PersonalData contact={contact} name={name} />
    </div>
  );
}

interface DetailProps {
  icon: LucideIcon;
  label: string;
  action?: ReactNode;
  children: ReactNode;
}

function Detail({ icon: Icon, label, action, children }: DetailProps) {
  return (
    <div className="flex items-start gap-3">
      <dt className="mt-0.5">
        <Icon aria-hidden className="size-4 text-muted" />
        <span className="sr-only">{label}</span>
      </dt>
      <dd className="flex min-w-0 flex-1 items-start justify-between gap-2 wrap-anywhere">
        <span className="min-w-0">{children}</span>
        {action && <span className="-my-1.5">{action}</span>}
      </dd>
    </div>
  );
}

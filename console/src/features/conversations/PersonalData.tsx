import { Download, UserRoundMinus } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { explain } from '@/api/problem';
import type { Contact } from '@/api/types';
import { useSession } from '@/session/session';
import { Button } from '@/ui/button';
import { ConfirmDialog } from '@/ui/dialog';
import { Notice } from '@/ui/notice';
import { toast } from '@/ui/toast';

import { useEraseContact, useExportContact } from './contacts';

/** What a person may ask of whoever keeps data about them: a copy, and to be forgotten. For administrators. */
export function PersonalData({ contact, name }: { contact: Contact; name: string }) {
  const download = useExportContact(contact.id);
  const [isErasing, setIsErasing] = useState(false);
  if (useSession().role !== 'admin') return null;
  return (
    <section aria-label="Personal data" className="flex flex-col gap-2 border-t border-line pt-5">
      <Button variant="ghost" isBusy={download.isPending} onClick={() => download.mutate()}>
        <Download aria-hidden /> Export all data
      </Button>
      {download.isError && <Notice tone="danger">{explain(download.error)}</Notice>}
      <Button variant="ghost" className="text-danger" onClick={() => setIsErasing(true)}>
        <UserRoundMinus aria-hidden /> Erase
      </Button>
      {isErasing && <EraseDialog contactId={contact.id} name={name} onClose={() => setIsErasing(false)} />}
    </section>
  );
}

/** Asks, and says what goes and what stays. */
function EraseDialog({ contactId, name, onClose }: { contactId: string; name: string; onClose: () => void }) {
  const erase = useEraseContact(contactId);
  const navigate = useNavigate();
  const confirm = () =>
    erase.mutate(undefined, {
      onSuccess: () => {
        toast.success(`${name} was erased.`);
        void navigate('/conversations');
      },
    });
  return (
    <ConfirmDialog isOpen onClose={onClose} onConfirm={confirm} isBusy={erase.isPending} title={`Erase ${name}?`} confirmLabel="Erase">
      <p>
        Names, numbers, messages, files and recordings are deleted, here at once and at the carrier within days. This cannot be
        undone.
      </p>
      <p>What it cost stays in the analytics. If they opted out, their number is kept, so that nobody texts them by mistake.</p>
      {erase.isError && <Notice tone="danger">{explain(erase.error)}</Notice>}
    </ConfirmDialog>
  );
}

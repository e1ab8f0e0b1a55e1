import { explain } from '@/api/problem';
import type { PhoneNumber } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { ConfirmDialog } from '@/ui/dialog';
import { Notice } from '@/ui/notice';
import { toast } from '@/ui/toast';

import { useReleaseNumber } from './queries';

/** Asks, and says what happens. */
export default function ReleaseNumberDialog({ number, onClose }: { number: PhoneNumber; onClose: () => void }) {
  const release = useReleaseNumber();
  const shown = formatPhoneNumber(number.phoneNumber);
  const confirm = () =>
    release.mutate(number.id, {
      onSuccess: () => {
        toast.success(`${shown} was released.`);
        onClose();
      },
    });
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={confirm}
      isBusy={release.isPending}
      title={`Release ${shown}?`}
      confirmLabel="Release the number"
    >
      <p>
        Calls and texts to <strong className="text-ink">{number.friendlyName}</strong> stop reaching you at once, and after
        some weeks somebody else may get the number. This cannot be undone.
      </p>
      <p>
        Its conversations stay in your inbox; answers to them leave from another of your numbers. The monthly cost ends, and
        your plan has room for a new number.
      </p>
      <p>
        Do you want to take the number along to another carrier? Then do not release it: order the move there, and keep the
        number here until it is done. A released number cannot be moved.
      </p>
      {release.isError && <Notice tone="danger">{explain(release.error)}</Notice>}
    </ConfirmDialog>
  );
}

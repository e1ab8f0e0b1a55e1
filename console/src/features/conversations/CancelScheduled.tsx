import { useMutation, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';
import { explain } from '@/api/problem';
import type { Message } from '@/api/types';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';

import { showMessage } from './queries';

/** Takes back a message that waits for the end of the quiet hours. */
export function CancelScheduled({ message }: { message: Message }) {
  const { client, workspace } = useApi();
  const cache = useQueryClient();
  const cancel = useMutation({
    mutationFn: async () => {
      const params = { path: { workspace, message: message.id } };
      return (await unwrap(client.DELETE('/api/workspaces/{workspace}/messages/{message}', { params }))).message;
    },
    onSuccess: (canceled) => showMessage(cache, workspace, canceled),
    onError: (error) => toast.error(explain(error)),
  });
  return (
    <Button variant="link" size="inline" className="text-xs [&_svg]:size-3.5" isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
      <X aria-hidden /> Do not send
    </Button>
  );
}

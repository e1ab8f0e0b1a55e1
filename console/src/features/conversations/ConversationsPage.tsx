import { useQuery } from '@tanstack/react-query';
import { MessageSquareText } from 'lucide-react';
import { Link } from 'react-router';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';
import { NumberTypeBadge } from '@/domain/NumberTypeBadge';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Page } from '@/ui/page';
import { EmptyState, ErrorState, Skeleton } from '@/ui/states';

/** The inbox. */
export default function ConversationsPage() {
  const { client, workspace } = useApi();
  const list = useQuery({
    queryKey: [workspace, 'conversations'],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/api/workspaces/{workspace}/conversations', { params: { path: { workspace } }, signal })),
  });
  return (
    <Page title="Conversations">
      {list.isPending && <Skeleton className="h-20" />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.conversations.length === 0 && (
        <EmptyState icon={MessageSquareText} title="No conversations yet">
          What customers text to your numbers appears here.
        </EmptyState>
      )}
      <ul className="flex flex-col gap-2">
        {list.data?.conversations.map((conversation) => (
          <li key={conversation.id} className="rounded-lg border border-line bg-surface p-3">
            <Link to={`/conversations/${conversation.id}`} className="flex items-center gap-3">
              <span className="min-w-0 flex-1">
                <span className="block font-medium">
                  {conversation.contact?.name ?? formatPhoneNumber(conversation.counterpart)}
                </span>
                <span className="block truncate text-sm text-muted">{conversation.snippet}</span>
              </span>
              <NumberTypeBadge type={conversation.phoneNumber.numberType} />
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}

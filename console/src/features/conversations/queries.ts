import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';
import { itemsOf, type Order, type Timeline } from '@/api/timeline';
import type { Conversation, Message, UpdateConversationRequest } from '@/api/types';
import { addToTimeline, updateTimelines, useTimeline } from '@/api/useTimeline';

import { toQuery, type Filters } from './filters';

export const conversationOrder: Order<Conversation> = { id: ({ id }) => id, at: ({ lastMessageAt }) => lastMessageAt };
export const messageOrder: Order<Message> = { id: ({ id }) => id, at: ({ createdAt }) => createdAt };

const keys = {
  lists: (workspace: string) => [workspace, 'conversations'],
  list: (workspace: string, filters: Filters) => [workspace, 'conversations', toQuery(filters)],
  one: (workspace: string, id: string) => [workspace, 'conversation', id],
  messages: (workspace: string, id: string) => [workspace, 'messages', id],
};

/** The inbox as filtered, the most recent first. */
export function useConversations(filters: Filters) {
  const { client, workspace } = useApi();
  return useTimeline<Conversation>({
    queryKey: keys.list(workspace, filters),
    order: conversationOrder,
    fetchPage: async (cursor, signal) => {
      const query = { ...toQuery(filters), ...(cursor !== null && { cursor }) };
      const params = { path: { workspace }, query };
      const page = await unwrap(client.GET('/api/workspaces/{workspace}/conversations', { params, signal }));
      return { items: page.conversations, nextCursor: page.nextCursor };
    },
  });
}

/** The messages of a conversation, the newest first; what the conversation is comes with them. */
export function useMessages(id: string) {
  const { client, workspace } = useApi();
  const cache = useQueryClient();
  return useTimeline<Message>({
    queryKey: keys.messages(workspace, id),
    order: messageOrder,
    fetchPage: async (cursor, signal) => {
      const params = { path: { workspace, conversation: id }, query: cursor === null ? {} : { cursor } };
      const path = '/api/workspaces/{workspace}/conversations/{conversation}/messages';
      const page = await unwrap(client.GET(path, { params, signal }));
      cache.setQueryData(keys.one(workspace, id), page.conversation);
      return { items: page.messages, nextCursor: page.nextCursor };
    },
  });
}

/** A conversation, known from the inbox until its messages have come. */
export function useConversation(id: string): Conversation | undefined {
  const { workspace } = useApi();
  const cache = useQueryClient();
  return useQuery<Conversation>({
    queryKey: keys.one(workspace, id),
    queryFn: () => Promise.reject(new Error('a conversation comes with its messages')),
    enabled: false,
    initialData: () => findListed(cache, workspace, id),
  }).data;
}

function findListed(cache: QueryClient, workspace: string, id: string): Conversation | undefined {
  const lists = cache.getQueriesData<Timeline<Conversation>>({
    queryKey: keys.lists(workspace),
    predicate: ({ queryKey }) => queryKey.at(-1) === 'pages',
  });
  return lists.flatMap(([, list]) => itemsOf(list?.pages)).find((conversation) => conversation.id === id);
}

/** Read, archived, assigned and so on. */
export function useUpdateConversation(id: string) {
  const { client, workspace } = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (body: UpdateConversationRequest) => {
      const params = { path: { workspace, conversation: id } };
      const path = '/api/workspaces/{workspace}/conversations/{conversation}';
      return (await unwrap(client.PATCH(path, { params, body }))).conversation;
    },
    onSuccess: async (conversation) => {
      cache.setQueryData(keys.one(workspace, id), conversation);
      await updateTimelines(cache, keys.lists(workspace), conversation, conversationOrder);
    },
  });
}

/** Puts a message that the server has answered with where it belongs, and has the inbox asked for again. */
export async function showMessage(cache: QueryClient, workspace: string, message: Message): Promise<void> {
  await addToTimeline(cache, keys.messages(workspace, message.conversationId), message, messageOrder);
  void cache.invalidateQueries({
    queryKey: keys.lists(workspace),
    predicate: ({ queryKey }) => queryKey.at(-1) === 'news',
  });
}

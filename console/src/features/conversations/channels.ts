import { Mail, MessageCircle, MessageSquare, Phone, type LucideIcon } from 'lucide-react';

import type { Channel } from '@/api/types';

interface ChannelView {
  channel: Channel;
  label: string;
  icon: LucideIcon;
}

export const CHANNELS: readonly ChannelView[] = [
  { channel: 'sms', label: 'Text', icon: MessageSquare },
  { channel: 'whatsapp', label: 'WhatsApp', icon: MessageCircle },
  { channel: 'voice', label: 'Calls', icon: Phone },
  { channel: 'email', label: 'Mail', icon: Mail },
];

/** How a channel is shown. */
export function describeChannel(channel: Channel): { label: string; icon: LucideIcon } {
  return CHANNELS.find((view) => view.channel === channel) ?? { label: channel, icon: MessageSquare };
}

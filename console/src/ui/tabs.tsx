import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface Tab {
  value: string;
  label: string;
  content: ReactNode;
}

/** Parts of one thing, one at a time. What is hidden keeps its state. */
export function Tabs({ tabs, label }: { tabs: Tab[]; label: string }) {
  return (
    <Radix.Root defaultValue={tabs[0]?.value ?? ''} className="flex flex-col gap-4">
      <Radix.List aria-label={label} className="flex gap-1 self-start rounded-lg bg-subtle p-1">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="rounded-md px-3 py-1 text-sm font-medium text-muted data-[state=active]:bg-surface data-[state=active]:text-ink data-[state=active]:shadow-xs"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content
          key={tab.value}
          value={tab.value}
          forceMount
          className="flex flex-col gap-5 data-[state=inactive]:hidden"
        >
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}

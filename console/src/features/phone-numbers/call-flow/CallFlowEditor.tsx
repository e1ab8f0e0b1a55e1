import type { ReactNode } from 'react';

import { Switch } from '@/ui/switch';

import { BusinessHoursEditor } from './BusinessHoursEditor';
import { DEFAULTS, type CallFlow } from './call-flow';
import { ForwardEditor } from './ForwardEditor';
import { MenuEditor } from './MenuEditor';
import { PromptField } from './PromptField';
import { VoicemailEditor } from './VoicemailEditor';

interface Props {
  flow: CallFlow;
  onChange: (flow: CallFlow) => void;
}

/** What happens when somebody calls, in the order in which it happens. */
export function CallFlowEditor({ flow, onChange }: Props) {
  const set = (change: Partial<CallFlow>) => onChange({ ...flow, ...change });
  return (
    <>
      <PromptField
        label="Greeting"
        placeholder="Thanks for calling Harbour Dental."
        prompt={flow.greeting}
        onChange={(greeting) => set({ greeting })}
      />
      <Part
        label="Business hours"
        hint="Outside of them, callers hear that you are closed and reach the voicemail."
        isOn={flow.businessHours !== null}
        onToggle={(isOn) => set({ businessHours: isOn ? DEFAULTS.businessHours() : null })}
      >
        {flow.businessHours && (
          <BusinessHoursEditor
            hours={flow.businessHours}
            closedGreeting={flow.closed?.greeting ?? null}
            onChange={(businessHours) => set({ businessHours })}
            onClosedGreeting={(greeting) => set({ closed: greeting && { greeting } })}
          />
        )}
      </Part>
      <Part
        label="Menu"
        hint="Callers press a digit to reach a department’s number."
        isOn={flow.menu !== null}
        onToggle={(isOn) => set({ menu: isOn ? DEFAULTS.menu() : null })}
      >
        {flow.menu && <MenuEditor menu={flow.menu} onChange={(menu) => set({ menu })} />}
      </Part>
      <Part
        label="Forwarding"
        hint="Calls ring on your own phones."
        isOn={flow.forward !== null}
        onToggle={(isOn) => set({ forward: isOn ? DEFAULTS.forward() : null })}
      >
        {flow.forward && <ForwardEditor forward={flow.forward} onChange={(forward) => set({ forward })} />}
      </Part>
      <Part
        label="Voicemail"
        hint="When nobody answers, callers leave a message."
        isOn={flow.voicemail.enabled}
        onToggle={(enabled) => set({ voicemail: { ...flow.voicemail, enabled } })}
      >
        {flow.voicemail.enabled && (
          <VoicemailEditor voicemail={flow.voicemail} onChange={(voicemail) => set({ voicemail })} />
        )}
      </Part>
      <div className="border-t border-line pt-4">
        <Switch
          label="Record calls"
          hint="Both sides are recorded. In many places callers have to be told: say so in the greeting."
          checked={flow.recordCalls}
          onChange={(recordCalls) => set({ recordCalls })}
        />
      </div>
    </>
  );
}

interface PartProps {
  label: string;
  hint: string;
  isOn: boolean;
  onToggle: (isOn: boolean) => void;
  children: ReactNode;
}

function Part({ label, hint, isOn, onToggle, children }: PartProps) {
  return (
    <section aria-label={label} className="flex flex-col gap-4 border-t border-line pt-4">
      <Switch label={label} hint={hint} checked={isOn} onChange={onToggle} />
      {isOn && children}
    </section>
  );
}

import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Switch } from '@/ui/switch';

import type { Voicemail } from './call-flow';
import { PromptField } from './PromptField';

/** What callers hear before the beep, and what becomes of what they say. */
export function VoicemailEditor({ voicemail, onChange }: { voicemail: Voicemail; onChange: (voicemail: Voicemail) => void }) {
  return (
    <>
      <PromptField
        label="Before the beep"
        placeholder="Please leave a message."
        prompt={voicemail.greeting}
        onChange={(greeting) => onChange({ ...voicemail, greeting })}
      />
      <Field label="Longest message, in seconds">
        <Input
          type="number"
          required
          min={10}
          max={600}
          value={voicemail.maxLengthSeconds}
          onChange={(event) => onChange({ ...voicemail, maxLengthSeconds: event.target.valueAsNumber })}
        />
      </Field>
      <Switch
        label="Write messages down"
        hint="The text appears beside the recording."
        checked={voicemail.transcribe}
        onChange={(transcribe) => onChange({ ...voicemail, transcribe })}
      />
    </>
  );
}

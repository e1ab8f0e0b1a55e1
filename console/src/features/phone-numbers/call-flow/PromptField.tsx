import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { Select } from '@/ui/select';

import type { Prompt } from './call-flow';

interface Props {
  label: string;
  prompt: Prompt | null;
  onChange: (prompt: Prompt | null) => void;
  /** Whether there has to be one. */
  isRequired?: boolean;
  placeholder?: string;
}

type Kind = 'none' | 'say' | 'play';

/** Something that callers hear. */
export function PromptField({ label, prompt, onChange, isRequired, placeholder }: Props) {
  const kind: Kind = prompt === null ? 'none' : 'say' in prompt ? 'say' : 'play';
  const change = (next: Kind) => onChange(next === 'none' ? null : next === 'say' ? { say: '' } : { play: '' });
  return (
    <div className="flex flex-col gap-2">
      <Field label={label}>
        <Select value={kind} onChange={(event) => change(event.target.value as Kind)}>
          {!isRequired && <option value="none">Nothing</option>}
          <option value="say">A spoken text</option>
          <option value="play">A recording</option>
        </Select>
      </Field>
      {prompt && 'say' in prompt && (
        <Textarea
          aria-label={`${label}: text`}
          required
          rows={2}
          maxLength={1000}
          placeholder={placeholder}
          value={prompt.say}
          onChange={(event) => onChange({ say: event.target.value })}
        />
      )}
      {prompt && 'play' in prompt && (
        <Input
          aria-label={`${label}: address of the recording`}
          required
          type="url"
          pattern="https://.+"
          placeholder="https://…/greeting.mp3"
          value={prompt.play}
          onChange={(event) => onChange({ play: event.target.value })}
        />
      )}
    </div>
  );
}

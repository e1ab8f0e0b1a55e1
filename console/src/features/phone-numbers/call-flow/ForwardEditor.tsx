import { Plus, X } from 'lucide-react';

import { Button, IconButton } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';

import { MAX_FORWARD_NUMBERS, type Forward } from './call-flow';

/** On which phones a call rings. */
export function ForwardEditor({ forward, onChange }: { forward: Forward; onChange: (forward: Forward) => void }) {
  const { numbers } = forward;
  const set = (index: number, change: Partial<Forward['numbers'][number]>) =>
    onChange({ ...forward, numbers: numbers.map((number, at) => (at === index ? { ...number, ...change } : number)) });
  return (
    <>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-2 text-sm font-medium">Phones</legend>
        {numbers.map((number, index) => (
          <div key={index} className="flex items-center gap-2">
            <Input
              type="tel"
              required
              aria-label={`Number of phone ${index + 1}`}
              placeholder="(405) 555-0100"
              value={number.phoneNumber}
              onChange={(event) => set(index, { phoneNumber: event.target.value })}
            />
            <Input
              aria-label={`Name of phone ${index + 1}`}
              maxLength={64}
              placeholder="Front desk"
              value={number.name}
              onChange={(event) => set(index, { name: event.target.value })}
            />
            <IconButton
              label={`Remove phone ${index + 1}`}
              disabled={numbers.length === 1}
              onClick={() => onChange({ ...forward, numbers: numbers.filter((_, at) => at !== index) })}
            >
              <X aria-hidden />
            </IconButton>
          </div>
        ))}
        {numbers.length < MAX_FORWARD_NUMBERS && (
          <Button
            variant="outline"
            size="sm"
            className="self-start"
            onClick={() => onChange({ ...forward, numbers: [...numbers, { phoneNumber: '', name: '' }] })}
          >
            <Plus aria-hidden /> Add a phone
          </Button>
        )}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="They ring">
          <Select
            value={forward.strategy}
            onChange={(event) => onChange({ ...forward, strategy: event.target.value as Forward['strategy'] })}
          >
            <option value="simultaneous">all at once</option>
            <option value="sequential">one after the other</option>
          </Select>
        </Field>
        <Field label="For how many seconds">
          <Input
            type="number"
            required
            min={5}
            max={120}
            value={forward.timeoutSeconds}
            onChange={(event) => onChange({ ...forward, timeoutSeconds: event.target.valueAsNumber })}
          />
        </Field>
      </div>
      <Field label="Said to who answers" hint="Optional: so that you know which number was called.">
        <Input
          maxLength={200}
          placeholder="Call for sales"
          value={forward.whisper ?? ''}
          onChange={(event) => onChange({ ...forward, whisper: event.target.value })}
        />
      </Field>
    </>
  );
}

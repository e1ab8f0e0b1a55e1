import { useState } from 'react';

import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';

import type { Day, DayRange } from './days';
import { daysOf, PRESETS, rangeProblem, type Choice } from './range';

const CUSTOM = 'custom';

interface Props {
  choice: Choice;
  today: Day;
  onChoose: (choice: Choice) => void;
}

/** Which days: a usual range, or one's own. */
export function RangePicker({ choice, today, onChoose }: Props) {
  const choose = (value: string) => {
    const preset = PRESETS.find((known) => known.preset === value);
    onChoose(preset ? { preset: preset.preset } : daysOf(choice, today));
  };
  return (
    <div className="flex flex-wrap items-start gap-3">
      <div className="w-48">
        <Field label="Days">
          <Select value={'preset' in choice ? choice.preset : CUSTOM} onChange={(event) => choose(event.target.value)}>
            {PRESETS.map(({ preset, label }) => (
              <option key={preset} value={preset}>
                {label}
              </option>
            ))}
            <option value={CUSTOM}>Custom range</option>
          </Select>
        </Field>
      </div>
      {!('preset' in choice) && <CustomRange range={choice} onChoose={onChoose} />}
    </div>
  );
}

/** What is being typed is not a range until it is complete. */
function CustomRange({ range, onChoose }: { range: DayRange; onChoose: (range: DayRange) => void }) {
  const [draft, setDraft] = useState(range);
  const problem = rangeProblem(draft);
  const change = (part: Partial<DayRange>) => {
    const changed = { ...draft, ...part };
    setDraft(changed);
    if (!rangeProblem(changed)) onChoose(changed);
  };
  return (
    <>
      <div className="w-40">
        <Field label="From" error={problem}>
          <Input type="date" value={draft.from} onChange={(event) => change({ from: event.target.value })} />
        </Field>
      </div>
      <div className="w-40">
        <Field label="To">
          <Input type="date" value={draft.to} onChange={(event) => change({ to: event.target.value })} />
        </Field>
      </div>
    </>
  );
}

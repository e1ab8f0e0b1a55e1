import { Plus, X } from 'lucide-react';

import type { NumberType } from '@/api/types';
import { NUMBER_TYPES } from '@/domain/number-type';
import { Button, IconButton } from '@/ui/button';
import { Select } from '@/ui/select';

import type { Menu } from './call-flow';
import { PromptField } from './PromptField';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

/** Which digit leads where. */
export function MenuEditor({ menu, onChange }: { menu: Menu; onChange: (menu: Menu) => void }) {
  const { options } = menu;
  const free = DIGITS.filter((digit) => options.every((option) => option.digit !== digit));
  const set = (index: number, change: Partial<Menu['options'][number]>) =>
    onChange({ ...menu, options: options.map((option, at) => (at === index ? { ...option, ...change } : option)) });
  return (
    <>
      <PromptField
        label="Callers hear"
        isRequired
        prompt={menu.prompt}
        onChange={(prompt) => onChange({ ...menu, prompt: prompt ?? { say: '' } })}
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-2 text-sm font-medium">Digits</legend>
        {options.map((option, index) => (
          <div key={option.digit} className="grid grid-cols-[5rem_1fr_auto] items-center gap-2">
            <Select
              aria-label={`Digit ${index + 1}`}
              value={option.digit}
              onChange={(event) => set(index, { digit: event.target.value })}
            >
              {DIGITS.filter((digit) => digit === option.digit || free.includes(digit)).map((digit) => (
                <option key={digit}>{digit}</option>
              ))}
            </Select>
            <Select
              aria-label={`Department of digit ${option.digit}`}
              value={option.numberType}
              onChange={(event) => set(index, { numberType: event.target.value as NumberType })}
            >
              {NUMBER_TYPES.map(({ type, label }) => (
                <option key={type} value={type}>
                  {label}
                </option>
              ))}
            </Select>
            <IconButton
              label={`Remove digit ${option.digit}`}
              disabled={options.length === 1}
              onClick={() => onChange({ ...menu, options: options.filter((_, at) => at !== index) })}
            >
              <X aria-hidden />
            </IconButton>
          </div>
        ))}
        {free[0] && (
          <Button
            variant="outline"
            size="sm"
            className="self-start"
            onClick={() => onChange({ ...menu, options: [...options, { digit: free[0] ?? '0', numberType: 'primary' }] })}
          >
            <Plus aria-hidden /> Add a digit
          </Button>
        )}
      </fieldset>
    </>
  );
}

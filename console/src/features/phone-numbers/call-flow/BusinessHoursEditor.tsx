import { Plus, X } from 'lucide-react';
import { useMemo } from 'react';

import { Button, IconButton } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';

import { DAYS, type BusinessHours, type Day, type Prompt, type TimeRange } from './call-flow';
import { PromptField } from './PromptField';

// What most customers of this product need first.
const COMMON_ZONES = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
  'America/Toronto',
  'America/Vancouver',
];

interface Props {
  hours: BusinessHours;
  closedGreeting: Prompt | null;
  onChange: (hours: BusinessHours) => void;
  onClosedGreeting: (greeting: Prompt | null) => void;
}

/** When calls are answered. */
export function BusinessHoursEditor({ hours, closedGreeting, onChange, onClosedGreeting }: Props) {
  const setDay = (day: Day, ranges: TimeRange[]) => onChange({ ...hours, weekly: { ...hours.weekly, [day]: ranges } });
  return (
    <>
      <TimeZone value={hours.timeZone} onChange={(timeZone) => onChange({ ...hours, timeZone })} />
      <ul className="flex flex-col divide-y divide-line rounded-md border border-line">
        {DAYS.map((day) => (
          <DayRow key={day} day={day} ranges={hours.weekly[day] ?? []} onChange={(ranges) => setDay(day, ranges)} />
        ))}
      </ul>
      <Holidays holidays={hours.holidays} onChange={(holidays) => onChange({ ...hours, holidays })} />
      <PromptField
        label="When you are closed"
        placeholder="We are closed. Please leave a message."
        prompt={closedGreeting}
        onChange={onClosedGreeting}
      />
    </>
  );
}

function TimeZone({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const others = useMemo(() => Intl.supportedValuesOf('timeZone').filter((zone) => !COMMON_ZONES.includes(zone)), []);
  const isKnown = COMMON_ZONES.includes(value) || others.includes(value);
  return (
    <Field label="Time zone">
      <Select value={value} onChange={(event) => onChange(event.target.value)}>
        {!isKnown && <option>{value}</option>}
        <optgroup label="North America">
          {COMMON_ZONES.map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </optgroup>
        <optgroup label="Elsewhere">
          {others.map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </optgroup>
      </Select>
    </Field>
  );
}

interface DayRowProps {
  day: Day;
  ranges: TimeRange[];
  onChange: (ranges: TimeRange[]) => void;
}

function DayRow({ day, ranges, onChange }: DayRowProps) {
  const set = (index: number, change: Partial<TimeRange>) =>
    onChange(ranges.map((range, at) => (at === index ? { ...range, ...change } : range)));
  const name = day.charAt(0).toUpperCase() + day.slice(1);
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 px-3 py-2">
      <span className="w-24 pt-2 text-sm font-medium">{name}</span>
      <div className="flex min-w-0 flex-1 basis-56 flex-col gap-2">
        {ranges.length === 0 && <span className="pt-2 text-sm text-muted">Closed</span>}
        {ranges.map((range, index) => (
          <div key={index} className="flex items-center gap-2">
            <Input
              type="time"
              required
              aria-label={`${name} from`}
              value={range.from}
              onChange={(event) => set(index, { from: event.target.value })}
            />
            <span className="text-sm text-muted">to</span>
            <Input
              type="time"
              required
              aria-label={`${name} to`}
              value={range.to}
              onChange={(event) => set(index, { to: event.target.value })}
            />
            <IconButton
              label={`Remove these hours of ${name}`}
              onClick={() => onChange(ranges.filter((_, at) => at !== index))}
            >
              <X aria-hidden />
            </IconButton>
          </div>
        ))}
      </div>
      <IconButton label={`Add hours on ${name}`} onClick={() => onChange([...ranges, nextRange(ranges)])}>
        <Plus aria-hidden />
      </IconButton>
    </li>
  );
}

/** After the last one, an hour later, until the evening. */
function nextRange(ranges: TimeRange[]): TimeRange {
  const last = ranges.at(-1);
  if (!last) return { from: '09:00', to: '17:00' };
  const hour = Math.min(Number(last.to.slice(0, 2)) + 1, 22);
  return { from: `${String(hour).padStart(2, '0')}:00`, to: `${String(Math.min(hour + 3, 23)).padStart(2, '0')}:00` };
}

interface HolidaysProps {
  holidays: BusinessHours['holidays'];
  onChange: (holidays: BusinessHours['holidays']) => void;
}

function Holidays({ holidays, onChange }: HolidaysProps) {
  const set = (index: number, change: Partial<BusinessHours['holidays'][number]>) =>
    onChange(holidays.map((holiday, at) => (at === index ? { ...holiday, ...change } : holiday)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-sm font-medium">Holidays</legend>
      {holidays.map((holiday, index) => (
        <div key={index} className="flex items-center gap-2">
          <Input
            type="date"
            required
            aria-label={`Date of holiday ${index + 1}`}
            value={holiday.date}
            onChange={(event) => set(index, { date: event.target.value })}
          />
          <Input
            aria-label={`Name of holiday ${index + 1}`}
            required
            maxLength={64}
            placeholder="Christmas"
            value={holiday.name}
            onChange={(event) => set(index, { name: event.target.value })}
          />
          <IconButton
            label={`Remove holiday ${index + 1}`}
            onClick={() => onChange(holidays.filter((_, at) => at !== index))}
          >
            <X aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button
        variant="outline"
        size="sm"
        className="self-start"
        onClick={() => onChange([...holidays, { date: '', name: '' }])}
      >
        <Plus aria-hidden /> Add a holiday
      </Button>
    </fieldset>
  );
}

import { useState } from 'react';

import { useIdempotencyKey } from '@/api/idempotency';
import { explain } from '@/api/problem';
import type { NumberType } from '@/api/types';
import { usePhoneNumbers, usePlans } from '@/api/workspace';
import { formatCents } from '@/domain/money';
import { NUMBER_TYPES } from '@/domain/number-type';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';

import { AvailableNumbers } from './AvailableNumbers';
import { useAvailableNumbers, useProvisionNumber, type NumberWish, type Search } from './queries';

const FORM = 'add-number';

/** Which department, where, and which number. */
export default function AddNumberDialog({ onClose }: { onClose: () => void }) {
  const [numberType, setNumberType] = useState<NumberType>(useFreeType());
  const [friendlyName, setFriendlyName] = useState('');
  const [place, setPlace] = useState<'local' | 'tollFree'>('local');
  const [areaCode, setAreaCode] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const provision = useProvisionNumber();
  const key = useIdempotencyKey();

  const search = searchFor(place, areaCode);
  const available = useAvailableNumbers(search);
  // A number that a newer search no longer shows is not chosen any more.
  const phoneNumber = available.data?.find((number) => number.phoneNumber === chosen)?.phoneNumber;
  const canOrder = place === 'local' ? search !== null : phoneNumber !== undefined;

  const order = () => {
    const name = friendlyName.trim();
    const wish: NumberWish = { numberType, ...(name && { friendlyName: name }) };
    if (phoneNumber) wish.phoneNumber = phoneNumber;
    else if (areaCode) wish.areaCode = areaCode;
    provision.mutate(
      { wish, key: key.of(wish) },
      {
        onSuccess: (number) => {
          toast.success(number ? `${formatPhoneNumber(number.phoneNumber)} is yours.` : 'The number is on its way.');
          onClose();
        },
        // What was refused may be asked for again; what got lost has to be the same request.
        onError: () => setChosen(null),
      },
    );
  };

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Add a number"
      description="Customers call and text it, and see it when you answer."
      footer={
        <>
          <Button variant="outline" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={FORM} disabled={!canOrder} isBusy={provision.isPending}>
            {phoneNumber ? `Get ${formatPhoneNumber(phoneNumber)}` : 'Get a number'}
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (canOrder) order();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Department">
            <Select value={numberType} onChange={(event) => setNumberType(event.target.value as NumberType)}>
              {NUMBER_TYPES.map(({ type, label }) => (
                <option key={type} value={type}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Name" hint="Optional. Only your team sees it.">
            <Input
              value={friendlyName}
              maxLength={64}
              placeholder="Front desk"
              onChange={(event) => setFriendlyName(event.target.value)}
            />
          </Field>
          <Field label="Kind">
            <Select value={place} onChange={(event) => setPlace(event.target.value as typeof place)}>
              <option value="local">Local number</option>
              <option value="tollFree">Toll-free number</option>
            </Select>
          </Field>
          {place === 'local' && (
            <Field label="Area code" hint="Three digits, for instance 405.">
              <Input
                value={areaCode}
                inputMode="numeric"
                maxLength={3}
                autoComplete="off"
                onChange={(event) => setAreaCode(event.target.value.replace(/\D/g, ''))}
              />
            </Field>
          )}
        </div>
        {search && <AvailableNumbers query={available} chosen={chosen} onChoose={setChosen} mayLeaveOpen={place === 'local'} />}
        <Cost lineCents={available.data?.[0]?.monthlyCostCents} />
        {provision.isError && <Notice tone="danger">{explain(provision.error)}</Notice>}
      </form>
    </Dialog>
  );
}

function searchFor(place: 'local' | 'tollFree', areaCode: string): Search {
  if (place === 'tollFree') return { tollFree: true };
  return /^[2-9]\d\d$/.test(areaCode) ? { areaCode } : null;
}

/** The first department that has no number yet. */
function useFreeType(): NumberType {
  const numbers = usePhoneNumbers().data?.phoneNumbers ?? [];
  return NUMBER_TYPES.find(({ type }) => numbers.every((number) => number.numberType !== type))?.type ?? 'custom';
}

function Cost({ lineCents }: { lineCents: number | undefined }) {
  const plans = usePlans();
  const owned = usePhoneNumbers().data?.phoneNumbers.length ?? 0;
  const extra = plans.data?.extraNumberMonthlyPriceCents;
  if (extra === undefined) return null;
  return (
    <p className="rounded-md bg-subtle px-3 py-2.5 text-sm">
      {owned === 0 ? (
        <>
          Your plan includes its first number: <strong>no extra charge</strong>.
        </>
      ) : (
        <>
          This number adds <strong>{formatCents(extra)} a month</strong> to your plan.
        </>
      )}
      {lineCents !== undefined && <span className="text-muted"> The line itself costs {formatCents(lineCents)} a month.</span>}
    </p>
  );
}

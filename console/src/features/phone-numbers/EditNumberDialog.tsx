import { useState } from 'react';

import { ApiProblem, explain } from '@/api/problem';
import type { NumberType, PhoneNumber } from '@/api/types';
import { NUMBER_TYPES } from '@/domain/number-type';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { Select } from '@/ui/select';
import { Tabs } from '@/ui/tabs';
import { toast } from '@/ui/toast';

import { fromApi, toApi, type CallFlow } from './call-flow/call-flow';
import { CallFlowEditor } from './call-flow/CallFlowEditor';
import { useUpdateNumber, type NumberChange } from './queries';

const FORM = 'edit-number';

/** Name, department, and what callers hear. */
export default function EditNumberDialog({ number, onClose }: { number: PhoneNumber; onClose: () => void }) {
  const [friendlyName, setFriendlyName] = useState(number.friendlyName);
  const [numberType, setNumberType] = useState(number.numberType);
  const [flow, setFlow] = useState(() => fromApi(number.voice));
  const update = useUpdateNumber(number.id);
  const problem = update.error instanceof ApiProblem ? update.error : null;

  const save = () => {
    const change = changes(number, { friendlyName: friendlyName.trim(), numberType, flow });
    if (Object.keys(change).length === 0) {
      onClose();
      return;
    }
    update.mutate(change, {
      onSuccess: () => {
        toast.success('The number was changed.');
        onClose();
      },
    });
  };
  const details = (
    <>
      <Field label="Name" hint="Only your team sees it." error={problem?.field('friendlyName')}>
        <Input required maxLength={64} value={friendlyName} onChange={(event) => setFriendlyName(event.target.value)} />
      </Field>
      <Field label="Department" hint={hintOf(number, numberType)} error={problem?.field('numberType')}>
        <Select value={numberType} onChange={(event) => setNumberType(event.target.value as NumberType)}>
          {NUMBER_TYPES.map(({ type, label }) => (
            <option key={type} value={type}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
    </>
  );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="lg"
      title={`Edit ${formatPhoneNumber(number.phoneNumber)}`}
      footer={
        <>
          <Button variant="outline" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={FORM} isBusy={update.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Tabs
          label="Settings of the number"
          tabs={[
            { value: 'details', label: 'Details', content: details },
            { value: 'calls', label: 'Calls', content: <CallFlowEditor flow={flow} onChange={setFlow} /> },
          ]}
        />
        {update.isError && <Problem error={update.error} />}
      </form>
    </Dialog>
  );
}

/** Only what is different is sent. */
function changes(
  number: PhoneNumber,
  edited: { friendlyName: string; numberType: NumberType; flow: CallFlow },
): NumberChange {
  const change: NumberChange = {};
  if (edited.friendlyName !== number.friendlyName) change.friendlyName = edited.friendlyName;
  if (edited.numberType !== number.numberType) change.numberType = edited.numberType;
  const [before, after] = [toApi(fromApi(number.voice)), toApi(edited.flow)];
  if (JSON.stringify(before) !== JSON.stringify(after)) change.voice = after;
  return change;
}

function hintOf(number: PhoneNumber, numberType: NumberType): string | undefined {
  if (numberType !== 'primary' || number.numberType === 'primary') return undefined;
  return 'The present primary number becomes a custom one.';
}

function Problem({ error }: { error: unknown }) {
  const fields = error instanceof ApiProblem ? error.fields() : [];
  return (
    <Notice tone="danger">
      {explain(error)}
      {fields.length > 0 && (
        <ul className="mt-1 list-disc pl-4">
          {fields.map(({ field, detail }) => (
            <li key={field}>
              <code>{field}</code>: {detail}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

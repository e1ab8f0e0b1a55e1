import { Plus, Trash2 } from 'lucide-react';

import { Button, IconButton } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';

import type { StepProps } from './step-props';

const LEAST_SAMPLES = 2;
const MOST_SAMPLES = 5;

/** Samples of texts, and what is answered to the words that everybody knows. */
export function WordsStep({ campaign, onCampaign, finding }: StepProps) {
  const words = (name: 'optOutKeywords' | 'helpKeywords' | 'optInKeywords', label: string) => (
    <Field label={label} hint="With commas between them, without spaces." error={finding(`campaign.${name}`)}>
      <Input autoComplete="off" maxLength={4096} value={campaign[name]} onChange={(event) => onCampaign({ [name]: event.target.value })} />
    </Field>
  );
  const answer = (name: 'optOutMessage' | 'helpMessage' | 'optInMessage', label: string, hint: string) => (
    <Field label={label} hint={hint} error={finding(`campaign.${name}`)}>
      <Textarea
        rows={2}
        maxLength={4096}
        value={campaign[name] ?? ''}
        onChange={(event) => onCampaign({ [name]: name === 'optInMessage' ? event.target.value || null : event.target.value })}
      />
    </Field>
  );
  return (
    <>
      <Samples campaign={campaign} onCampaign={onCampaign} finding={finding} />
      <div className="grid gap-4 sm:grid-cols-2">
        {words('optOutKeywords', 'Words to stop')}
        {answer('optOutMessage', 'Answer to the words to stop', 'It says who you are, and that no more texts come.')}
        {words('helpKeywords', 'Words to ask for help')}
        {answer('helpMessage', 'Answer to the words to ask for help', 'It says who you are, and how you are reached.')}
        {words('optInKeywords', 'Words to begin again')}
        {answer('optInMessage', 'Answer to the words to begin again', 'Optional. What somebody gets who has agreed.')}
      </div>
    </>
  );
}

function Samples({ campaign, onCampaign, finding }: Pick<StepProps, 'campaign' | 'onCampaign' | 'finding'>) {
  const samples = [...campaign.samples, ...Array<string>(Math.max(0, LEAST_SAMPLES - campaign.samples.length)).fill('')];
  const change = (changed: string[]) => onCampaign({ samples: changed });
  const said = finding('campaign.samples');
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1 text-sm font-medium">Samples of your texts</legend>
      <p className="text-sm text-muted">
        Real ones, with your company’s name in at least one. In place of what differs each time write, for instance, [date].
      </p>
      {samples.map((sample, index) => (
        // A sample has no identity but its place in the list.
        <div key={index} className="flex items-start gap-1">
          <div className="min-w-0 flex-1">
            <Field label={`Sample ${index + 1}`} error={finding(`campaign.samples[${index}]`)}>
              <Textarea rows={2} maxLength={4096} value={sample} onChange={(event) => change(samples.with(index, event.target.value))} />
            </Field>
          </div>
          {samples.length > LEAST_SAMPLES && (
            <IconButton label={`Remove sample ${index + 1}`} size="icon" className="mt-6" onClick={() => change(samples.toSpliced(index, 1))}>
              <Trash2 aria-hidden />
            </IconButton>
          )}
        </div>
      ))}
      {said && (
        <p role="alert" className="text-sm text-danger">
          {said}
        </p>
      )}
      {samples.length < MOST_SAMPLES && (
        <Button variant="outline" size="sm" className="self-start" onClick={() => change([...samples, ''])}>
          <Plus aria-hidden /> Add a sample
        </Button>
      )}
    </fieldset>
  );
}

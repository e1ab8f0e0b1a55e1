import { countCharacters } from '@/domain/segments';
import { Checkbox } from '@/ui/checkbox';
import { Field } from '@/ui/field';
import { Textarea } from '@/ui/input';
import { Select } from '@/ui/select';

import type { Campaign } from '../queries';
import { hasSubUseCases, SUB_USE_CASES, USE_CASES, type UseCase } from '../words';
import type { StepProps } from './step-props';

type Flag = 'embeddedLink' | 'embeddedPhone' | 'ageGatedContent' | 'directLending' | 'leadGeneration';

const FLAGS: { name: Flag; label: string }[] = [
  { name: 'embeddedLink', label: 'Texts have links' },
  { name: 'embeddedPhone', label: 'Texts have phone numbers' },
  { name: 'ageGatedContent', label: 'Texts are for adults only, for instance about alcohol or tobacco' },
  { name: 'directLending', label: 'Texts are about loans' },
  { name: 'leadGeneration', label: 'Contacts were collected for others, or bought' },
];

/** What is texted, and why customers want it. */
export function MessagesStep({ campaign, onCampaign, finding }: StepProps) {
  return (
    <>
      <Field
        label="Kind of texts"
        hint={USE_CASES.find(({ value }) => value === campaign.useCase)?.hint}
        error={finding('campaign.useCase')}
      >
        <Select
          value={campaign.useCase ?? ''}
          onChange={(event) => onCampaign(chosen((event.target.value || null) as UseCase | null, campaign))}
        >
          <option value="">Choose one</option>
          {USE_CASES.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      {hasSubUseCases(campaign.useCase) && <SubUseCases campaign={campaign} onCampaign={onCampaign} finding={finding} />}
      <Field
        label="Description"
        hint={`Who texts, to whom, and why, in one or two sentences. ${countCharacters(campaign.description)} of at least 40 characters.`}
        error={finding('campaign.description')}
      >
        <Textarea rows={3} maxLength={4096} value={campaign.description} onChange={(event) => onCampaign({ description: event.target.value })} />
      </Field>
      <Field
        label="How customers agree"
        hint="Where somebody says that they want your texts, and what they read there: a form on your website, a paper at the desk, a text that they send first."
        error={finding('campaign.messageFlow')}
      >
        <Textarea rows={4} maxLength={4096} value={campaign.messageFlow} onChange={(event) => onCampaign({ messageFlow: event.target.value })} />
      </Field>
      <fieldset className="flex flex-col gap-2.5">
        <legend className="mb-2 text-sm font-medium">What holds for your texts</legend>
        {FLAGS.map(({ name, label }) => (
          <Checkbox key={name} label={label} checked={campaign[name]} onChange={(holds) => onCampaign({ [name]: holds })} />
        ))}
      </fieldset>
    </>
  );
}

/** What is one kind has no others. */
function chosen(useCase: UseCase | null, campaign: Campaign): Partial<Campaign> {
  return hasSubUseCases(useCase) || campaign.subUseCases.length === 0 ? { useCase } : { useCase, subUseCases: [] };
}

function SubUseCases({ campaign, onCampaign, finding }: Pick<StepProps, 'campaign' | 'onCampaign' | 'finding'>) {
  const { subUseCases } = campaign;
  const said = finding('campaign.subUseCases');
  return (
    <fieldset className="flex flex-col gap-2.5">
      <legend className="mb-2 text-sm font-medium">Which kinds, at most five</legend>
      <div className="grid gap-2.5 sm:grid-cols-2">
        {SUB_USE_CASES.map(({ value, label, hint }) => (
          <Checkbox
            key={value}
            label={label}
            hint={hint}
            checked={subUseCases.includes(value)}
            onChange={(isChosen) =>
              onCampaign({ subUseCases: isChosen ? [...subUseCases, value] : subUseCases.filter((one) => one !== value) })
            }
          />
        ))}
      </div>
      {said && (
        <p role="alert" className="text-sm text-danger">
          {said}
        </p>
      )}
    </fieldset>
  );
}

import type { Registration } from '@/api/types';
import { formatFull } from '@/domain/time';
import { Card } from '@/ui/card';
import { Fact, Facts } from '@/ui/facts';

import { FeeList } from './FeeList';
import { describeRegistration } from './registration-state';
import { LEGAL_ENTITIES, labelOf, SUB_USE_CASES, USE_CASES, VERTICALS } from './words';

/** What was handed in, and what has happened to it. */
export function RegistrationView({ registration }: { registration: Registration }) {
  const { brand, campaign, agreedFees, history } = registration;
  return (
    <>
      <Card title="Company">
        <BrandFacts brand={brand} />
      </Card>
      <Card title="What you text">
        <CampaignFacts campaign={campaign} />
      </Card>
      {agreedFees && (
        <Card title="Fees" description="What you have agreed to.">
          <FeeList fees={agreedFees} />
        </Card>
      )}
      {history.length > 0 && (
        <Card title="History">
          <ol className="flex flex-col gap-3 text-sm">
            {history.toReversed().map(({ at, state, reason }) => (
              <li key={at} className="min-w-0">
                <p className="font-medium">{describeRegistration({ state, correctionRequestedAt: null }).label}</p>
                <p className="break-words text-muted">
                  <time dateTime={at}>{formatFull(at)}</time>
                  {reason && ` · ${reason}`}
                </p>
              </li>
            ))}
          </ol>
        </Card>
      )}
    </>
  );
}

export function BrandFacts({ brand }: { brand: Registration['brand'] }) {
  return (
    <Facts>
      <Fact term="Company">{brand.companyName || NONE}</Fact>
      <Fact term="Kind of company">{labelOf(LEGAL_ENTITIES, brand.legalEntityType) || NONE}</Fact>
      <Fact term="Tax number (EIN)">{brand.ein || NONE}</Fact>
      <Fact term="Branch">{labelOf(VERTICALS, brand.vertical) || NONE}</Fact>
      <Fact term="Address">{brand.address || NONE}</Fact>
      <Fact term="Website">{brand.website || NONE}</Fact>
      <Fact term="Mail address">{brand.contactEmail || NONE}</Fact>
      <Fact term="Phone">{brand.contactPhone || NONE}</Fact>
    </Facts>
  );
}

export function CampaignFacts({ campaign }: { campaign: Registration['campaign'] }) {
  const kinds = campaign.subUseCases.map((useCase) => labelOf(SUB_USE_CASES, useCase)).join(', ');
  return (
    <Facts>
      <Fact term="Kind of texts">{[labelOf(USE_CASES, campaign.useCase), kinds].filter(Boolean).join(': ') || NONE}</Fact>
      <Fact term="Description">{campaign.description || NONE}</Fact>
      <Fact term="How customers agree">{campaign.messageFlow || NONE}</Fact>
      <Fact term="Samples">
        {campaign.samples.length === 0
          ? NONE
          : campaign.samples.map((sample, index) => (
              <span key={index} className="block">
                {sample}
              </span>
            ))}
      </Fact>
      <Fact term="Words to stop">{campaign.optOutKeywords || NONE}</Fact>
      <Fact term="Answer to the words to stop">{campaign.optOutMessage || NONE}</Fact>
    </Facts>
  );
}

const NONE = '–';

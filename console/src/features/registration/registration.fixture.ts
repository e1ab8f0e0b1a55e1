import type { Registration } from '@/api/types';

import { NO_BRAND, NO_CAMPAIGN } from './queries';

/** Nothing was written yet. */
export const EMPTY: Registration = {
  id: null,
  state: 'draft',
  reason: null,
  editable: 'all',
  brand: NO_BRAND,
  // The words that carriers know are there from the beginning.
  campaign: { ...NO_CAMPAIGN, optInKeywords: 'START', optOutKeywords: 'STOP', helpKeywords: 'HELP' },
  findings: [],
  fees: {
    brandCents: 400,
    brandResubmissionCents: 400,
    campaignVettingCents: 1500,
    campaignMonthlyCents: 150,
    dueNow: { brandCents: 400, campaignVettingCents: 1500, campaignMonthlyCents: 150 },
  },
  agreedFees: null,
  correctionRequestedAt: null,
  numbers: { own: 0, moving: 0, platform: 1, limit: 49, waitingForRoom: 0 },
  submittedAt: null,
  brandVerifiedAt: null,
  approvedAt: null,
  updatedAt: null,
  history: [],
};

/** A draft in which registries would find nothing. */
export const COMPLETE: Registration = {
  ...EMPTY,
  id: 'r1',
  brand: {
    companyName: 'Harbour Dental LLC',
    legalEntityType: 'PRIVATE_PROFIT',
    ein: '12-3456789',
    einIssuingCountry: 'United States',
    vertical: 'HEALTHCARE',
    address: '12 Main St, Tulsa OK, 74103',
    website: 'https://harbour.example.com',
    contactEmail: 'office@harbour.example.com',
    contactPhone: '+19185550123',
  },
  campaign: {
    ...EMPTY.campaign,
    useCase: 'LOW_VOLUME_MIXED',
    subUseCases: ['CUSTOMER_CARE'],
    description: 'Harbour Dental answers patients who have texted, and reminds them of appointments.',
    messageFlow: 'Patients write their number on a form at the desk, which says what they are texted and how to stop it.',
    samples: ['Harbour Dental: see you on [date] at [time].', 'Harbour Dental: we are open until five.'],
    optOutMessage: 'Harbour Dental: no more texts will come.',
    helpMessage: 'Harbour Dental: call (918) 555-0123 for help.',
  },
};

import type { Brand, Campaign } from '../queries';

/** What every part of the form gets. */
export interface StepProps {
  brand: Brand;
  campaign: Campaign;
  onBrand: (changes: Partial<Brand>) => void;
  onCampaign: (changes: Partial<Campaign>) => void;
  /** What the registries would find wrong with a field, by the API's name of it. */
  finding: (field: string) => string | undefined;
}

import type { PortDraft } from '../draft';

/** What every part of the form gets. */
export interface StepProps {
  draft: PortDraft;
  onChange: (changes: Partial<PortDraft>) => void;
  /** What is wrong with a field, by the API's name of it. */
  error: (field: string) => string | undefined;
}

import type { components } from './schema';

type Schemas = components['schemas'];

// The API may add words to its sets at any time: whatever is shown by them needs an answer for the unknown one.
export type Workspace = Schemas['Workspace'];
export type CallFlow = Schemas['CallFlow'];
export type QuietHours = Schemas['QuietHours'];
export type Retention = Schemas['Retention'];
export type PhoneNumber = Schemas['PhoneNumber'];
export type NumberType = Schemas['NumberType'];
export type Provisioning = Schemas['Provisioning'];
export type AvailableNumber = Schemas['AvailableNumber'];
export type Plan = Schemas['Plan'];
export type Channel = Schemas['Channel'];
export type Conversation = Schemas['Conversation'];
export type ConversationStatus = Schemas['ConversationStatus'];
export type Message = Schemas['Message'];
export type Media = Schemas['Media'];
export type Call = Schemas['Call'];
export type Recording = Schemas['Recording'];
export type Contact = Schemas['Contact'];
export type SaveContactRequest = Schemas['SaveContactRequest'];
export type SendMessageRequest = Schemas['SendMessageRequest'];
export type StartCallRequest = Schemas['StartCallRequest'];
export type UpdateConversationRequest = Schemas['UpdateConversationRequest'];
export type Analytics = Schemas['Analytics'];
export type AnalyticsMoney = Schemas['Money'];
export type PlatformAnalytics = Schemas['PlatformAnalytics'];
export type ChargedService = Schemas['Service'];
export type DayVolume = Schemas['DayVolume'];
export type ErrorCount = Schemas['ErrorCount'];
export type PortOrder = Schemas['PortOrder'];
export type PortOrderState = Schemas['PortOrderState'];
export type PortOrderSummary = Schemas['PortOrderSummary'];
export type PortOrderFields = Omit<Schemas['SavePortOrderRequest'], 'version'>;
export type PortDocument = Schemas['PortDocument'];
export type OperatorPortOrderRow = Schemas['OperatorPortOrderSummary'];
export type OperatorPortOrder = Schemas['OperatorPortOrderAnswer'];
export type AnswerPortOrderRequest = Schemas['AnswerPortOrderRequest'];
/** With every field of the company and of what it texts, which the API always gives and never asks for. */
export type Registration = Omit<Schemas['Registration'], 'brand' | 'campaign'> & {
  brand: Required<Schemas['BrandDetails']>;
  campaign: Required<Schemas['CampaignDetails']>;
};
export type AdminRegistration = Schemas['AdminRegistration'];
export type RegistrationState = Registration['state'];
export type RegistrationFinding = Registration['findings'][number];
export type EmergencyAddress = NonNullable<PhoneNumber['emergencyAddress']>;

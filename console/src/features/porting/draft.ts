import type { NumberType, PortOrder, PortOrderFields } from '@/api/types';

export interface NumberDraft {
  phoneNumber: string;
  numberType: NumberType;
  friendlyName: string;
  /** The id of the number whose place it takes; empty for none. */
  replaces: string;
}

export interface AddressDraft {
  street: string;
  street2: string;
  city: string;
  region: string;
  postalCode: string;
  country: string;
}

/** An order while it is being written: texts as they were typed. */
export interface PortDraft {
  numbers: NumberDraft[];
  losingCarrier: string;
  accountNumber: string;
  pin: string;
  accountType: NonNullable<PortOrder['accountType']>;
  companyName: string;
  authorizedName: string;
  billingPhoneNumber: string;
  serviceAddress: AddressDraft;
  loaSignedOn: string;
}

export type PortText = 'losingCarrier' | 'accountNumber' | 'pin' | 'companyName' | 'authorizedName' | 'billingPhoneNumber' | 'loaSignedOn';

/** The API takes no more at once. */
export const MOST_NUMBERS = 20;

export const NO_NUMBER: NumberDraft = { phoneNumber: '', numberType: 'primary', friendlyName: '', replaces: '' };

const NO_ADDRESS: AddressDraft = { street: '', street2: '', city: '', region: '', postalCode: '', country: 'US' };

export function toDraft(order: PortOrder | null): PortDraft {
  const address = order?.serviceAddress;
  const numbers = order?.numbers.map(({ phoneNumber, numberType, friendlyName, replacesPhoneNumberId }) => ({
    phoneNumber,
    numberType,
    friendlyName,
    replaces: replacesPhoneNumberId ?? '',
  }));
  return {
    numbers: numbers?.length ? numbers : [NO_NUMBER],
    losingCarrier: order?.losingCarrier ?? '',
    accountNumber: order?.accountNumber ?? '',
    pin: order?.pin ?? '',
    accountType: order?.accountType ?? 'business',
    companyName: order?.companyName ?? '',
    authorizedName: order?.authorizedName ?? '',
    billingPhoneNumber: order?.billingPhoneNumber ?? '',
    serviceAddress: address ? { ...NO_ADDRESS, ...address, street2: address.street2 ?? '' } : NO_ADDRESS,
    loaSignedOn: order?.loaSignedOn ?? '',
  };
}

/** Only what is different is sent: what somebody may not see is not taken away by saving the rest. */
export function changesOf(order: PortOrder | null, draft: PortDraft): PortOrderFields {
  const [before, after] = [toFields(toDraft(order)), toFields(draft)];
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(before[name as keyof PortOrderFields]) !== JSON.stringify(value),
  );
  return Object.fromEntries(changed);
}

function toFields(draft: PortDraft): Required<PortOrderFields> {
  const text = (value: string) => value.trim() || null;
  return {
    numbers: draft.numbers.filter(({ phoneNumber }) => phoneNumber.trim() !== '').map(toNumber),
    losingCarrier: text(draft.losingCarrier),
    accountNumber: text(draft.accountNumber),
    pin: text(draft.pin),
    accountType: draft.accountType,
    companyName: text(draft.companyName),
    authorizedName: text(draft.authorizedName),
    billingPhoneNumber: text(draft.billingPhoneNumber),
    serviceAddress: toAddress(draft.serviceAddress),
    loaSignedOn: text(draft.loaSignedOn),
  };
}

function toNumber({ phoneNumber, numberType, friendlyName, replaces }: NumberDraft) {
  const name = friendlyName.trim();
  return {
    phoneNumber: phoneNumber.trim(),
    numberType,
    ...(name && { friendlyName: name }),
    ...(replaces && { replacesPhoneNumberId: replaces }),
  };
}

/** Nothing but a country is no address. */
function toAddress({ street, street2, city, region, postalCode, country }: AddressDraft) {
  const address = { street: street.trim(), city: city.trim(), region: region.trim(), postalCode: postalCode.trim() };
  if (Object.values(address).every((part) => part === '') && street2.trim() === '') return null;
  return { ...address, street2: street2.trim() || null, country };
}

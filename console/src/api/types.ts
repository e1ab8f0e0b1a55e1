import type { components } from './schema';

type Schemas = components['schemas'];

export type Workspace = Schemas['Workspace'];
export type PhoneNumber = Schemas['PhoneNumber'];
export type NumberType = Schemas['NumberType'];
export type Provisioning = Schemas['Provisioning'];
export type Channel = Schemas['Channel'];
export type Conversation = Schemas['Conversation'];
export type ConversationStatus = Schemas['ConversationStatus'];
export type Message = Schemas['Message'];
export type Media = Schemas['Media'];
export type Contact = Schemas['Contact'];

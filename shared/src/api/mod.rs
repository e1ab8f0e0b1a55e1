//! Bodies of the HTTP API that two or more functions answer with. camelCase on the wire; `docs/openapi.json` is made from
//! these types.

mod calls;
mod contacts;
mod conversations;
mod cursor;
mod members;
mod messages;
mod numbers;
mod opt_outs;
mod plans;
mod port_orders;
mod webhooks;
mod workspaces;

pub use calls::{Call, Recording, Transcription};
pub use contacts::Contact;
pub use conversations::{Assignee, ContactBadge, Conversation, ConversationNumber};
pub use cursor::{Cursor, CursorError, page_limit};
pub use members::Member;
pub use messages::{Media, Message, SendMessageAnswer};
pub use numbers::{PhoneNumber, Provisioning};
pub use opt_outs::OptOut;
pub use plans::Plan;
pub use port_orders::{PortDocument, PortHistoryEntry, PortNumber, PortOrder, PortOrderSummary, Secrets, missing};
pub use webhooks::{WebhookDelivery, WebhookEndpoint};
pub use workspaces::Workspace;
